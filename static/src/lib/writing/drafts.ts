/** Drafts as this browser keeps them: written with every key, so that a closed tab loses nothing. */
import { itemNames, readItem, writeItem } from "@/lib/storage";
import type { Attachment } from "@/types/api";

export interface LocalDraft {
  text: string;
  attachments: Attachment[];
  /** The last version of the server that this goes on from; 0: none. */
  version: number;
  /** There is something in it that the server does not have yet. */
  dirty: boolean;
  /** When it was last written here (ms since the epoch). */
  at: number;
}

export const EMPTY_DRAFT: LocalDraft = { text: "", attachments: [], version: 0, dirty: false, at: 0 };

/** `session`: null is the conversation that does not exist yet. */
export const draftName = (user: number, session: string | null): string => `aihelper.draft.${user}.${session ?? "new"}`;

export function readDraft(user: number, session: string | null): LocalDraft {
  const stored = readItem(draftName(user, session));
  if (stored === null) return EMPTY_DRAFT;
  try {
    return { ...EMPTY_DRAFT, ...(JSON.parse(stored) as Partial<LocalDraft>) };
  } catch {
    return EMPTY_DRAFT;
  }
}

/** All of a person's, each with its conversation. */
export function draftsOf(user: number): [string | null, LocalDraft][] {
  const prefix = draftName(user, "");
  const sessions = itemNames(prefix).map((name) => name.slice(prefix.length)).map((session) => (session === "new" ? null : session));
  return sessions.map((session) => [session, readDraft(user, session)]);
}

/** One that is empty and known to the server needs no place, but for its version. */
export function writeDraft(user: number, session: string | null, draft: LocalDraft): void {
  const nothing = !draft.text && !draft.attachments.length && !draft.version && !draft.dirty;
  writeItem(draftName(user, session), nothing ? null : JSON.stringify(draft));
}
