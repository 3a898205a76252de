/** The list in the sidebar: pages, the time filter, renaming, deleting with a way back, live changes. */
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";

import { request } from "@/lib/transport/api";
import { groupOf, type Group } from "@/lib/time";
import type { Session, SessionPage } from "@/types/api";

export interface Range {
  from: Date | null;
  to: Date | null;
}

export interface SessionGroup {
  group: Group;
  sessions: Session[];
}

export const UNDO_MS = 8000;
const PAGE = 50;

function endOfDay(date: Date): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate(), 23, 59, 59, 999);
}

function byRecency(a: Session, b: Session): number {
  return Number(b.pinned) - Number(a.pinned) || b.update_time.localeCompare(a.update_time);
}

export const useSessions = defineStore("sessions", () => {
  const rows = shallowRef<Session[]>([]);
  const next = ref<string | null>(null);
  const state = ref<"idle" | "loading" | "done" | "error">("idle");
  const range = ref<Range | null>(null);
  const doomed = new Map<string, { session: Session; timer: number }>();
  let generation = 0;

  const groups = computed<SessionGroup[]>(() => {
    const now = new Date();
    const result: SessionGroup[] = [];
    for (const session of rows.value) {
      const group = session.pinned ? "pinned" : groupOf(session.update_time, now);
      if (result.at(-1)?.group === group) result.at(-1)!.sessions.push(session);
      else result.push({ group, sessions: [session] });
    }
    return result;
  });

  function fetchPage(cursor: string | null): Promise<SessionPage> {
    if (range.value) {
      const { from, to } = range.value;
      const json = {
        start_time: (from ?? new Date(0)).toISOString(),
        end_time: (to ? endOfDay(to) : endOfDay(new Date())).toISOString(),
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        limit: PAGE,
        ...(cursor ? { cursor } : {}),
      };
      return request("POST", "/api/chat/history/time-range", { json });
    }
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor ? { cursor } : {}) });
    return request("GET", `/api/chat/sessions?${query}`);
  }

  /** From the top (`more` false) or the next page. An answer that was overtaken is dropped. */
  async function load(more = false): Promise<void> {
    if (more && (!next.value || state.value === "loading")) return;
    const mine = ++generation;
    state.value = "loading";
    try {
      const page = await fetchPage(more ? next.value : null);
      if (mine !== generation) return;
      const fresh = page.sessions.filter((session) => !doomed.has(session.session_id));
      const known = new Set(more ? rows.value.map((session) => session.session_id) : []);
      rows.value = [...(more ? rows.value : []), ...fresh.filter((session) => !known.has(session.session_id))];
      next.value = page.next;
      state.value = "done";
    } catch {
      if (mine === generation) state.value = "error";
    }
  }

  function find(id: string | null): Session | undefined {
    return id ? rows.value.find((session) => session.session_id === id) : undefined;
  }

  function inRange(session: Session): boolean {
    const { from, to } = range.value ?? { from: null, to: null };
    const time = new Date(session.update_time).getTime();
    return (!from || time >= from.getTime()) && (!to || time <= endOfDay(to).getTime());
  }

  /** A session that appeared or changed, here or on another device. */
  function upsert(session: Session): void {
    if (doomed.has(session.session_id)) return;
    const others = rows.value.filter((row) => row.session_id !== session.session_id);
    rows.value = session.archived || !inRange(session) ? others : [...others, session].sort(byRecency);
  }

  function drop(id: string): void {
    rows.value = rows.value.filter((session) => session.session_id !== id);
  }

  function retitle(id: string, title: string): void {
    rows.value = rows.value.map((session) => (session.session_id === id ? { ...session, title } : session));
  }

  async function patch(id: string, changes: Partial<Session>): Promise<void> {
    const before = find(id);
    rows.value = rows.value.map((session) => (session.session_id === id ? { ...session, ...changes } : session));
    try {
      upsert(await request<Session>("PATCH", `/api/chat/session/${id}`, { json: changes }));
    } catch (cause) {
      if (before) upsert(before);
      throw cause;
    }
  }

  /** Gone from the list at once; deleted for good when nobody takes it back within UNDO_MS. */
  function remove(id: string): void {
    const session = find(id);
    if (!session) return;
    drop(id);
    doomed.set(id, { session, timer: window.setTimeout(() => void commit(id), UNDO_MS) });
  }

  function undo(id: string): void {
    const entry = doomed.get(id);
    if (!entry) return;
    window.clearTimeout(entry.timer);
    doomed.delete(id);
    upsert(entry.session);
  }

  async function commit(id: string): Promise<void> {
    const entry = doomed.get(id);
    if (!entry) return;
    window.clearTimeout(entry.timer);
    try {
      await request("DELETE", `/api/chat/session/${id}`, { keepalive: true });
      doomed.delete(id);
    } catch {
      undo(id);
    }
  }

  /** The page is about to go: what was deleted is deleted. */
  function flush(): void {
    for (const id of doomed.keys()) void commit(id);
  }

  async function filter(value: Range | null): Promise<void> {
    range.value = value && (value.from || value.to) ? value : null;
    rows.value = [];
    await load();
  }

  function reset(): void {
    rows.value = [];
    next.value = null;
    range.value = null;
    state.value = "idle";
  }

  return { rows, next, state, range, groups, load, find, upsert, drop, retitle, patch, remove, undo, flush, filter, reset };
});
