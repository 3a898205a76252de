/**
 * What was sent and not yet accepted, kept in this browser: it is sent again with its client_id after a reload, and
 * when the tab was closed before the server had it. Written in the same tick as Enter.
 */
import { records } from "@/lib/writing/records";
import type { Attachment, StartAction } from "@/types/api";

export interface Waiting {
  action: StartAction;
  /** What its bubble shows. */
  attachments: Attachment[];
  at: number;
}

let owner: number | null = null;
const kept = records<Waiting>(() => `aihelper.outbox.${owner}.`);

/** Says whose outbox this is; null: nobody's, nothing is kept. */
export function openOutbox(user: number | null): void {
  owner = user;
}

/** The actions that have not been accepted, by client_id. Of those, only what somebody wrote is kept in this browser. */
export class Pending extends Map<string, StartAction> {
  /** What an earlier page has left. */
  load(): void {
    for (const { action } of waiting()) this.set(action.client_id, action);
  }

  add(action: StartAction, attachments: Attachment[]): void {
    this.set(action.client_id, action);
    const written = action.type === "send" || action.type === "edit";
    if (owner !== null && written) kept.put(action.client_id, { action, attachments, at: Date.now() });
  }

  override delete(clientId: string): boolean {
    if (owner !== null) kept.drop(clientId);
    return super.delete(clientId);
  }
}

/** Oldest first. */
export function waiting(): Waiting[] {
  return owner === null ? [] : kept.all();
}

/** The client_id whose record another tab has taken away, when this storage event says so. */
export function droppedElsewhere(event: StorageEvent): string | null {
  return owner !== null && event.newValue === null ? kept.idOf(event.key) : null;
}
