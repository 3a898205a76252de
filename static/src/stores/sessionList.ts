/** One list of conversations, page by page: the sidebar's own, and that of each open folder. */
import { markRaw, ref, shallowRef, type Raw, type Ref, type ShallowRef } from "vue";

import type { Session, SessionPage } from "@/types/api";

interface Listed {
  rows: ShallowRef<Session[]>;
  next: Ref<string | null>;
  state: Ref<"idle" | "loading" | "done" | "error">;
  /** From the top (as much as was there before), or the next page. */
  load: (more?: boolean) => Promise<void>;
  /** A conversation that appeared or changed: in, out, or to its place. `inPlace` changes only what is there. */
  take: (session: Session, inPlace?: boolean) => void;
  drop: (id: string) => void;
  reset: () => void;
}

/** Kept out of reactive wrapping: its refs stay refs wherever it is held. */
export type SessionList = Raw<Listed>;

export interface ListSource {
  page: (cursor: string | null, limit: number) => Promise<SessionPage>;
  /** Whether it belongs here; `listed`: it is here now, because the server said so. */
  accepts: (session: Session, listed: boolean) => boolean;
  compare: (a: Session, b: Session) => number;
  /** What the server answered: others know these conversations, too. */
  learn: (sessions: Session[]) => void;
}

const FIRST = 50;
const PAGE = 100;
/** What a renewal fetches at most; the rest comes when somebody scrolls there. */
const RENEWED = 500;

export function byRecency(a: Session, b: Session): number {
  return Number(b.pinned) - Number(a.pinned) || b.update_time.localeCompare(a.update_time);
}

export function createList(source: ListSource): SessionList {
  const rows = shallowRef<Session[]>([]);
  const next = ref<string | null>(null);
  const state = ref<"idle" | "loading" | "done" | "error">("idle");
  let generation = 0;
  /** What happened while a page was under way, and may not be in it yet. */
  let meanwhile: Map<string, Session | null> | null = null;

  async function load(more = false): Promise<void> {
    if (more && (!next.value || state.value === "loading")) return;
    const mine = ++generation;
    const wanted = more ? 0 : Math.min(rows.value.length, RENEWED);
    const fresh: Session[] = [];
    let cursor = more ? next.value : null;
    state.value = "loading";
    meanwhile = new Map();
    try {
      do {
        const page = await source.page(cursor, more || wanted > FIRST ? PAGE : FIRST);
        if (mine !== generation) return;
        fresh.push(...page.sessions);
        cursor = page.next;
      } while (cursor && fresh.length < wanted);
    } catch {
      if (mine === generation) state.value = "error";
      return;
    }
    source.learn(fresh.filter(({ session_id }) => !meanwhile!.has(session_id)));
    const known = new Set(more ? rows.value.map((session) => session.session_id) : []);
    rows.value = [...(more ? rows.value : []), ...fresh.filter((session) => !known.has(session.session_id))];
    next.value = cursor;
    state.value = "done";
    const changed = meanwhile;
    meanwhile = null;
    for (const [id, session] of changed) if (session) take(session); else drop(id);
  }

  function take(session: Session, inPlace = false): void {
    meanwhile?.set(session.session_id, session);
    const at = rows.value.findIndex((row) => row.session_id === session.session_id);
    if (inPlace) {
      if (at >= 0) rows.value = rows.value.with(at, session);
      return;
    }
    const others = at >= 0 ? rows.value.toSpliced(at, 1) : rows.value;
    if (!source.accepts(session, at >= 0)) {
      if (at >= 0) rows.value = others;
      return;
    }
    const place = others.findIndex((row) => source.compare(session, row) < 0);
    rows.value = place < 0 ? [...others, session] : others.toSpliced(place, 0, session);
  }

  function drop(id: string): void {
    meanwhile?.set(id, null);
    if (rows.value.some((row) => row.session_id === id)) rows.value = rows.value.filter((row) => row.session_id !== id);
  }

  function reset(): void {
    generation += 1;
    rows.value = [];
    next.value = null;
    state.value = "idle";
    meanwhile = null;
  }

  return markRaw({ rows, next, state, load, take, drop, reset });
}
