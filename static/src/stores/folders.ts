/** The person's folders in their order; which are open here, what is in those, and where a new chat shall go. */
import { defineStore } from "pinia";
import { computed, ref, shallowReactive, shallowRef } from "vue";

import { readItem, writeItem } from "@/lib/storage";
import { request } from "@/lib/transport/api";
import { byRecency, createList, type SessionList } from "@/stores/sessionList";
import { useSessions } from "@/stores/sessions";
import type { SessionPage } from "@/types/api";
import type { Folder, FolderAnswer, FolderNews } from "@/types/folders";

const OPEN = "aihelper.folders";

export const useFolders = defineStore("folders", () => {
  const all = shallowRef<Folder[]>([]);
  const state = ref<"idle" | "done" | "error">("idle");
  /** Of each open folder. */
  const lists = shallowReactive(new Map<string, SessionList>());
  /** Where the next new chat goes. */
  const target = ref<string | null>(null);
  let asked = 0;

  function find(id: string | null): Folder | undefined {
    return id ? all.value.find((folder) => folder.folder_id === id) : undefined;
  }

  /** Of each folder with something in it to tell of; an answer being written comes before one that is unread. */
  const news = computed(() => {
    const found = new Map<string, FolderNews>();
    for (const { folder_id, generating, unread, archived, deleted_at } of useSessions().known.values()) {
      if (!folder_id || archived || deleted_at) continue;
      if (generating) found.set(folder_id, "generating");
      else if (unread && !found.has(folder_id)) found.set(folder_id, "unread");
    }
    return found;
  });

  async function load(): Promise<void> {
    const mine = ++asked;
    const sessions = useSessions();
    const before = new Map(sessions.known);
    try {
      const answer = await request<FolderAnswer>("GET", "/api/chat/folders");
      if (mine !== asked) return;
      sessions.learnLively(answer.lively, before);
      adopt(answer.folders);
    } catch {
      if (state.value === "idle") state.value = "error";
    }
  }

  /** Shows these folders; what was in one that is gone comes back to the others. */
  function adopt(folders: Folder[]): void {
    asked += 1;
    const first = state.value !== "done";
    const gone = all.value.filter(({ folder_id }) => !folders.some((folder) => folder.folder_id === folder_id));
    all.value = folders;
    state.value = "done";
    // A chat may be heard of before the folder that it is in: until now it stood among the others.
    const sessions = useSessions();
    for (const session of sessions.rows) if (find(session.folder_id)) sessions.upsert(session);
    for (const { folder_id } of gone) close(folder_id);
    if (target.value && !find(target.value)) target.value = null;
    if (gone.length) void sessions.load();
    if (first) for (const id of (readItem(OPEN) ?? "").split(" ")) if (find(id)) open(id);
  }

  function open(id: string): void {
    if (lists.has(id)) return;
    const sessions = useSessions();
    const page = (cursor: string | null, limit: number): Promise<SessionPage> =>
      request("GET", `/api/chat/sessions?${new URLSearchParams({ folder: id, limit: String(limit), ...(cursor ? { cursor } : {}) })}`);
    const list = createList({
      page,
      accepts: (session) => session.folder_id === id && !session.archived && !session.deleted_at,
      compare: byRecency,
      learn: sessions.learn,
    });
    lists.set(id, list);
    sessions.lists.add(list);
    void list.load();
  }

  function close(id: string): void {
    const list = lists.get(id);
    if (list) useSessions().lists.delete(list);
    lists.delete(id);
  }

  function toggle(id: string): void {
    if (lists.has(id)) close(id);
    else open(id);
    writeItem(OPEN, [...lists.keys()].join(" ") || null);
  }

  function reset(): void {
    // What is on its way was asked for by somebody who has gone.
    asked += 1;
    for (const id of [...lists.keys()]) close(id);
    [all.value, state.value, target.value] = [[], "idle", null];
  }

  return { all, state, lists, news, target, find, load, adopt, open, toggle, reset };
});
