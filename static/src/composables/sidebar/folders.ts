/** What is done to folders; each change shows at once what the server made of it. */
import { i18n, loadTexts } from "@/i18n";
import { request } from "@/lib/transport/api";
import { useFolders } from "@/stores/folders";
import { useUi } from "@/stores/ui";
import type { Folder } from "@/types/folders";

/** A new folder, or changes of one. Rejects with the server's sentence. */
export async function save(body: { name: string; emoji: string }, id?: string): Promise<Folder> {
  const folders = useFolders();
  const saved = id
    ? await request<Folder>("PATCH", `/api/chat/folders/${id}`, { json: body })
    : await request<Folder>("POST", "/api/chat/folders", { json: body });
  const others = folders.all.map((folder) => (folder.folder_id === saved.folder_id ? saved : folder));
  folders.adopt(id ? others : [...others.filter((folder) => folder.folder_id !== saved.folder_id), saved]);
  return saved;
}

export async function askToDelete(folder: Folder): Promise<void> {
  const [ui, folders, { t }] = [useUi(), useFolders(), i18n.global];
  await loadTexts("chats");
  const run = async (): Promise<void> => {
    try {
      await request("DELETE", `/api/chat/folders/${folder.folder_id}`);
      folders.adopt(folders.all.filter((other) => other.folder_id !== folder.folder_id));
    } catch (cause) {
      ui.notify((cause as Error).message, { tone: "danger" });
    }
  };
  ui.show("confirm", { title: t("chats.deleteFolder"), text: t("chats.deleteFolderText", { name: folder.name }), action: t("chats.deleteFolder"), run });
}

async function reorder(ids: string[]): Promise<void> {
  const folders = useFolders();
  const before = folders.all;
  folders.adopt(ids.map((id) => folders.find(id)!));
  try {
    folders.adopt((await request<{ folders: Folder[] }>("POST", "/api/chat/folders/order", { json: { ids } })).folders);
  } catch (cause) {
    folders.adopt(before);
    useUi().notify((cause as Error).message, { tone: "danger" });
  }
}

/** One place up (-1) or down (1). */
export async function step(id: string, by: -1 | 1): Promise<void> {
  const ids = useFolders().all.map(({ folder_id }) => folder_id);
  const at = ids.indexOf(id);
  if (at < 0 || ids[at + by] === undefined) return;
  [ids[at], ids[at + by]] = [ids[at + by]!, id];
  await reorder(ids);
}

/** Before another folder, or after it. */
export async function place(id: string, onto: string, after: boolean): Promise<void> {
  const ids = useFolders().all.map(({ folder_id }) => folder_id).filter((other) => other !== id);
  const at = ids.indexOf(onto);
  if (at < 0 || id === onto) return;
  await reorder(ids.toSpliced(at + (after ? 1 : 0), 0, id));
}
