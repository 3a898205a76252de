/** The conversations that the page knows, and the sidebar's list of them: what it shows, and live changes. */
import { defineStore } from "pinia";
import { ref, shallowReactive } from "vue";

import { request } from "@/lib/transport/api";
import { useFolders } from "@/stores/folders";
import { byRecency, createList, type SessionList } from "@/stores/sessionList";
import type { Session, SessionPage } from "@/types/api";

export interface Range {
  from: Date | null;
  to: Date | null;
}

/** How long something can be taken back where it was done. */
export const UNDO_MS = 8000;

export type View = "chats" | "archive" | "trash";

function endOfDay(date: Date): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate(), 23, 59, 59, 999);
}

export const useSessions = defineStore("sessions", () => {
  const known = shallowReactive(new Map<string, Session>());
  const view = ref<View>("chats");
  const range = ref<Range | null>(null);
  /** Words of the title, in the archive and in the trash. */
  const words = ref("");
  const main = createList({ page: fetchPage, accepts, compare, learn });
  /** All lists that are shown: the main one and those of open folders. */
  const lists = new Set<SessionList>([main]);
  /** While the pointer is among the rows nothing moves under it: what was heard meanwhile; null was deleted. */
  let waiting: Map<string, Session | null> | null = null;

  function fetchPage(cursor: string | null, limit: number): Promise<SessionPage> {
    const archived = view.value === "archive";
    if (range.value) {
      const { from, to } = range.value;
      const json = {
        start_time: (from ?? new Date(0)).toISOString(),
        end_time: (to ? endOfDay(to) : endOfDay(new Date())).toISOString(),
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        limit, archived, ...(cursor ? { cursor } : {}),
      };
      return request("POST", "/api/chat/history/time-range", { json });
    }
    const [name, value] = { chats: ["folder", "none"], archive: ["archived", "true"], trash: ["trash", "true"] }[view.value] as [string, string];
    const query = new URLSearchParams({ limit: String(limit), [name]: value });
    if (words.value) query.set("title", words.value);
    if (cursor) query.set("cursor", cursor);
    return request("GET", `/api/chat/sessions?${query}`);
  }

  function accepts(session: Session, listed: boolean): boolean {
    if ((session.deleted_at !== null) !== (view.value === "trash")) return false;
    if (view.value === "trash") return listed || !words.value;
    if (session.archived !== (view.value === "archive")) return false;
    // What the server found stays: it may be in the period by any of its messages, and by words of any script.
    if (range.value) return listed || inRange(session, range.value);
    if (words.value) return listed;
    return view.value === "archive" || session.pinned || !useFolders().find(session.folder_id);
  }

  function compare(a: Session, b: Session): number {
    return view.value === "trash" ? (b.deleted_at ?? "").localeCompare(a.deleted_at ?? "") : byRecency(a, b);
  }

  function inRange(session: Session, { from, to }: Range): boolean {
    const time = new Date(session.update_time).getTime();
    return (!from || time >= from.getTime()) && (!to || time <= endOfDay(to).getTime());
  }

  function learn(sessions: Session[]): void {
    for (const session of sessions) known.set(session.session_id, session);
  }

  /** What folders that are closed have to tell, as the server knows it; what was heard since `before` is newer than that. */
  function learnLively(lively: Session[], before: ReadonlyMap<string, Session>): void {
    const listed = new Set(lively.map((session) => session.session_id));
    const unchanged = (id: string): boolean => known.get(id) === before.get(id);
    learn(lively.filter(({ session_id }) => unchanged(session_id)));
    for (const [id, session] of [...known]) {
      if (session.folder_id && (session.generating || session.unread) && !listed.has(id) && unchanged(id)) known.set(id, { ...session, generating: null, unread: false });
    }
  }

  function find(id: string | null): Session | undefined {
    return id ? known.get(id) : undefined;
  }

  /** A conversation that appeared or changed by what was done here. */
  function upsert(session: Session): void {
    waiting?.delete(session.session_id);
    known.set(session.session_id, session);
    for (const list of lists) list.take(session);
  }

  function drop(id: string): void {
    known.delete(id);
    for (const list of lists) list.drop(id);
  }

  /** The same, heard from elsewhere: shown at once, but moved only when the pointer is gone. */
  function hear(session: Session): void {
    if (!waiting) return upsert(session);
    waiting.set(session.session_id, session);
    known.set(session.session_id, session);
    for (const list of lists) list.take(session, true);
  }

  function hearDeleted(id: string): void {
    if (waiting) waiting.set(id, null);
    else drop(id);
    if (view.value === "trash") void main.load();
  }

  function hold(on: boolean): void {
    const heard = waiting;
    waiting = on ? (heard ?? new Map()) : null;
    if (!on && heard) for (const [id, session] of heard) if (session) upsert(session); else drop(id);
  }

  /** Changes what is shown of one, where it stands. */
  function adjust(id: string, changes: Partial<Session>): void {
    const session = find(id);
    if (session) upsert({ ...session, ...changes });
  }

  async function patch(id: string, changes: Partial<Session>): Promise<void> {
    const before = find(id);
    adjust(id, changes);
    try {
      upsert(await request<Session>("PATCH", `/api/chat/session/${id}`, { json: changes }));
    } catch (cause) {
      if (before) upsert(before);
      throw cause;
    }
  }

  async function renew(): Promise<void> {
    await Promise.all([...lists].map((list) => list.load()));
  }

  async function filter(value: Range | null): Promise<void> {
    range.value = value && (value.from || value.to) ? value : null;
    await restart();
  }

  async function show(value: View): Promise<void> {
    [view.value, words.value, range.value] = [value, "", null];
    await restart();
  }

  async function search(text: string): Promise<void> {
    if (words.value === text.trim()) return;
    words.value = text.trim();
    await main.load();
  }

  async function restart(): Promise<void> {
    main.reset();
    await main.load();
  }

  function reset(): void {
    main.reset();
    known.clear();
    [view.value, words.value, range.value] = ["chats", "", null];
  }

  return {
    rows: main.rows, next: main.next, state: main.state, load: main.load, view, range, words, lists, known, learn, learnLively, find, upsert, drop, hear,
    hearDeleted, hold, adjust, patch, renew, filter, show, search, reset,
  };
});
