/** Small pure helpers on messages, used by the reducer. */
import type { ChatMessage } from "@/chat/types";
import type { Message } from "@/types/api";

const FRESH = { client_id: null, asked_at: null, thinking_from: null, thinking_to: null, replaced: null };

export function fromStored(message: Message, known?: ChatMessage): ChatMessage {
  const { key, asked_at, thinking_from, thinking_to } = known ?? { key: `m${message.message_id}`, ...FRESH };
  return { ...FRESH, ...message, key, asked_at, thinking_from, thinking_to };
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
    rating: null,
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
