/** The same done to one or many conversations: shown at once, sent in pieces the server takes, with a way back. */
import { i18n, loadTexts } from "@/i18n";
import { request } from "@/lib/transport/api";
import { router } from "@/router";
import { useConversation } from "@/stores/conversation";
import { useFolders } from "@/stores/folders";
import { useSelection } from "@/stores/selection";
import { UNDO_MS, useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import type { Session } from "@/types/api";

export type Action = "archive" | "unarchive" | "pin" | "unpin" | "read" | "unread" | "move" | "delete" | "restore" | "purge";

/** What the server takes at once. */
const PIECE = 500;
const BACK: Partial<Record<Action, Action>> = { archive: "unarchive", unarchive: "archive", delete: "restore" };
const t = (key: string, values: Record<string, unknown> = {}, n = 1): string => i18n.global.t(key, values, n);

function changesOf(action: Action): Partial<Session> {
  const now = new Date().toISOString();
  const all: Partial<Record<Action, Partial<Session>>> = {
    archive: { archived: true }, unarchive: { archived: false }, pin: { pinned: true }, unpin: { pinned: false }, read: { unread: false },
    unread: { unread: true }, delete: { deleted_at: now, generating: null }, restore: { deleted_at: null },
  };
  return all[action] ?? {};
}

async function send(action: Action, ids: string[], folder_id?: string | null): Promise<string[]> {
  const changed: string[] = [];
  for (let at = 0; at < ids.length; at += PIECE) {
    const json = { action, session_ids: ids.slice(at, at + PIECE), ...(folder_id === undefined ? {} : { folder_id }) };
    // It is shown as done already: also to somebody who reloads at once.
    changed.push(...(await request<{ changed: string[] }>("POST", "/api/chat/sessions/bulk", { json, keepalive: true })).changed);
  }
  return changed;
}

function known(ids: string[]): Session[] {
  const sessions = useSessions();
  return ids.map((id) => sessions.find(id)).filter((session) => session !== undefined);
}

/** Does it and offers to take it back. What fails is shown as it was, with the reason. */
async function run(action: Action, ids: string[], changes: Partial<Session>, text: (n: number) => string, undo?: () => Promise<unknown>, folder_id?: string | null): Promise<void> {
  const [ui, sessions, before] = [useUi(), useSessions(), known(ids)];
  useSelection().clear();
  await loadTexts("chats").catch(() => undefined);
  for (const session of before) sessions.upsert({ ...session, ...changes });
  try {
    await send(action, ids, folder_id);
  } catch (cause) {
    for (const session of before) sessions.upsert(session);
    ui.notify((cause as Error).message, { tone: "danger" });
    return;
  }
  const back = (): void => {
    for (const session of before) sessions.upsert({ ...(sessions.find(session.session_id) ?? session), ...pick(session, changes) });
    void undo!().catch((cause: Error) => ui.notify(cause.message, { tone: "danger" }));
  };
  if (undo) ui.notify(text(before.length), { ms: UNDO_MS, action: { label: t("app.undo"), run: back } });
  else if (text(before.length)) ui.notify(text(before.length));
}

/** What these fields were before. */
function pick(session: Session, changes: Partial<Session>): Partial<Session> {
  return Object.fromEntries(Object.keys(changes).map((name) => [name, session[name as keyof Session]]));
}

/** By keys it can be asked for where no button offers it. */
async function isKept(): Promise<boolean> {
  if (useUser().mayDelete) return false;
  await loadTexts("chats").catch(() => undefined);
  useUi().notify(t("chats.kept"));
  return true;
}

export async function bulk(action: Action, ids: string[]): Promise<void> {
  if (action === "delete" && (await isKept())) return;
  const conversation = useConversation();
  const title = known(ids)[0]?.title || t("sidebar.untitled");
  const open = action === "delete" && ids.includes(conversation.key) ? conversation.key : null;
  if (open) {
    conversation.openNew();
    void router.push("/");
  }
  const reverse = BACK[action];
  const undo = async (): Promise<void> => {
    await send(reverse!, ids);
    if (open && !conversation.messages.length) await router.push(`/c/${open}`);
  };
  const said = reverse || action === "restore";
  await run(action, ids, changesOf(action), (n) => (said ? t(`chats.done.${action}`, { n, title }, n) : ""), reverse && undo);
}

/** Into a folder, or out of any (null). */
export async function moveTo(ids: string[], folder_id: string | null): Promise<void> {
  const folders = useFolders();
  const before = known(ids).filter((session) => session.folder_id !== folder_id);
  if (!before.length) return useSelection().clear();
  const undo = (): Promise<unknown> => {
    const from = [...new Set(before.map((session) => session.folder_id))];
    const inside = (id: string | null): string[] => before.filter((session) => session.folder_id === id).map(({ session_id }) => session_id);
    return Promise.all(from.map((id) => send("move", inside(id), id)));
  };
  const name = folders.find(folder_id)?.name ?? "";
  const text = (n: number): string => t(folder_id ? "chats.done.move" : "chats.done.out", { n, folder: name, title: before[0]!.title }, n);
  await run("move", before.map(({ session_id }) => session_id), { folder_id }, text, undo, folder_id);
}

/** Deletes for good what is in the trash; asks before. */
export async function forget(ids: string[]): Promise<void> {
  const ui = useUi();
  await loadTexts("chats");
  const work = async (): Promise<void> => {
    try {
      await send("purge", ids);
      for (const id of ids) useSessions().drop(id);
      useSelection().clear();
    } catch (cause) {
      ui.notify((cause as Error).message, { tone: "danger" });
    }
  };
  ui.show("confirm", { title: t("chats.purge"), text: t("chats.purgeText", { n: ids.length }, ids.length), action: t("chats.purge"), run: work });
}

export async function emptyTrash(): Promise<void> {
  const ui = useUi();
  await loadTexts("chats");
  const work = async (): Promise<void> => {
    try {
      await request("POST", "/api/chat/trash/empty");
      useSelection().clear();
      await useSessions().load();
    } catch (cause) {
      ui.notify((cause as Error).message, { tone: "danger" });
    }
  };
  ui.show("confirm", { title: t("chats.emptyTitle"), text: t("chats.emptyText"), action: t("chats.empty"), run: work });
}

/** Marks all of the list, also what has not been fetched yet. */
export async function selectAll(): Promise<void> {
  const [sessions, selection] = [useSessions(), useSelection()];
  for (const list of sessions.lists) {
    while (list.next.value && list.state.value === "done") await list.load(true);
  }
  selection.set([...sessions.lists].flatMap((list) => list.rows.value.map(({ session_id }) => session_id)));
}
