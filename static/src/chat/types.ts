import type { Attachment, FinishReason, Message, ServerEvent, SessionDetail } from "@/types/api";

/** A message as shown: the stored one, and what only this page knows of it. */
export interface ChatMessage extends Omit<Message, "finish_reason"> {
  finish_reason: FinishReason | "" | null;
  /** Stays the same from the optimistic bubble to the stored message, so nothing is drawn twice. */
  key: string;
  /** The client_id of an action that has not been accepted yet. */
  client_id: string | null;
  /** When this page began to wait for it (ms since the epoch). */
  asked_at: number | null;
  /** When its thoughts of this moment began, less what was thought before them; null: it does not think (any more). */
  thinking_from: number | null;
  /** What a regenerate, continue or edit hid; shown again when the action is refused. */
  replaced: ChatMessage[] | null;
}

export interface ChatState {
  sessionId: string | null;
  messages: ChatMessage[];
  /** The seq before which older messages can be fetched; null at the beginning. */
  next: number | null;
  /** A generation whose frames left a hole: its message must be fetched again. */
  gap: string | null;
  /** Deleted here, and not yet on the server: a question goes with its answers. */
  removed: readonly number[];
}

export type LocalEvent =
  | { type: "loaded"; detail: SessionDetail }
  | { type: "older"; detail: SessionDetail }
  | { type: "sent"; client_id: string; message: string; attachments?: Attachment[]; model_id: string | null; beside_model_id?: string; at: number }
  /** `keep`: it begins with the text so far. `beside`: in a column beside the answer, not in its place. */
  | { type: "rerun"; client_id: string; message_id: number; keep: boolean; beside?: boolean; model_id: string | null; at: number }
  | { type: "edited"; client_id: string; message_id: number; message: string; attachments?: Attachment[]; model_id: string | null; at: number }
  | { type: "discarded"; client_id: string }
  | ({ type: "rated"; message_id: number } & Pick<Message, "rating" | "rating_reason" | "rating_comment">)
  | { type: "removed" | "kept"; message_id: number };

/** `at`: when the frame reached this page, in ms since the epoch. */
export type ChatEvent = (ServerEvent & { at?: number }) | LocalEvent;

export type EventOf<T extends ChatEvent["type"]> = Extract<ChatEvent, { type: T }>;
export type TextEvent = Extract<ChatEvent, { content: string; offset: number }>;

export const RUNNING: readonly string[] = ["queued", "running"];

export function isRunning(message: ChatMessage): boolean {
  return RUNNING.includes(message.status);
}
