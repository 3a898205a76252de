/** Small pure helpers on messages, used by the reducer. */
import type { ChatMessage, ChatState } from "@/chat/types";
import type { Message } from "@/types/api";

const FRESH = { client_id: null, asked_at: null, thinking_from: null, replaced: null };

export function fromStored(message: Message, known?: ChatMessage): ChatMessage {
  const { key, asked_at, thinking_from } = known ?? { key: `m${message.message_id}`, ...FRESH };
  return { ...FRESH, ...message, key, asked_at, thinking_from };
}

/** A message that the server has not confirmed yet; its id is negative until `start` brings the real one. */
export function unconfirmed(role: Message["role"], clientId: string, at: number, fields: Partial<ChatMessage>): ChatMessage {
  return {
    ...FRESH,
    message_id: role === "user" ? -1 : -2,
    session_id: "",
    parent_id: null,
    seq: 0,
    role,
    content: "",
    reasoning: "",
    status: role === "user" ? "completed" : "queued",
    finish_reason: null,
    error: null,
    model_id: null,
    provider: null,
    prompt_tokens: null,
    completion_tokens: null,
    first_token_ms: null,
    duration_ms: null,
    reasoning_ms: null,
    cost: null,
    currency: null,
    rating: null,
    rating_reason: null,
    rating_comment: null,
    beside: null,
    attachments: [],
    create_time: new Date(at).toISOString(),
    siblings: [],
    generation_id: null,
    offset: 0,
    ...fields,
    client_id: clientId,
    key: `${role[0]}${clientId}`,
    asked_at: at,
  };
}

/** Whether a message stands in a second column beside an answer. Questions on their way have no ids to tell them apart. */
export function isBeside(message: ChatMessage, answer: ChatMessage): boolean {
  const same = message.parent_id === answer.parent_id && (message.parent_id !== null || message.client_id === answer.client_id);
  return message.beside !== null && same && answer.role === "assistant";
}

/** Whether it is the second answer of a message that was sent to two models, and its own `start` has not come. */
export function isSecond({ client_id, beside, replaced }: ChatMessage): boolean {
  return client_id !== null && beside !== null && replaced === null;
}

/** The branch on show: without what was deleted here, and without what stands beside its end. */
export function branchOf({ messages, removed }: ChatState): ChatMessage[] {
  const shown = messages.filter((message) => message.beside === null && !isGone(message, removed));
  return shown.length === messages.length ? messages : shown;
}

/** Always the same one: who shows nothing need not look again. */
const NONE: readonly ChatMessage[] = [];

/** What stands beside the last answer of the branch, in the order of the columns. */
export function columnsOf({ messages, removed }: ChatState, last: ChatMessage | undefined): readonly ChatMessage[] {
  const columns = last ? messages.filter((message) => isBeside(message, last) && message !== last && !isGone(message, removed)) : NONE;
  return columns.length ? columns : NONE;
}

function isGone(message: ChatMessage, removed: readonly number[]): boolean {
  if (!removed.length) return false;
  return removed.includes(message.message_id) || (message.role === "assistant" && removed.includes(message.parent_id ?? 0));
}

/** Length in characters as the log counts them: code points, not UTF-16 units. */
export function characters(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) pairs += 1;
  }
  return text.length - pairs;
}

/** The text without its first `count` characters. */
export function dropCharacters(text: string, count: number): string {
  return count <= 0 ? text : [...text].slice(count).join("");
}
