/** What the reader does, shown before the server has answered, and taken back when it refuses. Part of the reducer. */
import { unconfirmed } from "@/chat/messages";
import type { ChatState, EventOf } from "@/chat/types";

export function sent(state: ChatState, event: EventOf<"sent">): ChatState {
  const user = unconfirmed("user", event.client_id, event.at, { content: event.message });
  const answer = unconfirmed("assistant", event.client_id, event.at, { model_id: event.model_id });
  return { ...state, messages: [...state.messages, user, answer] };
}

export function rerun(state: ChatState, event: EventOf<"rerun">): ChatState {
  const at = state.messages.findIndex((message) => message.message_id === event.message_id);
  const old = state.messages[at];
  if (!old) return state;
  const answer = unconfirmed("assistant", event.client_id, event.at, {
    parent_id: old.parent_id,
    content: event.keep ? old.content : "",
    reasoning: event.keep ? old.reasoning : "",
    model_id: event.model_id ?? old.model_id,
    siblings: old.siblings,
    replaced: state.messages.slice(at),
  });
  return { ...state, messages: [...state.messages.slice(0, at), answer] };
}

export function edited(state: ChatState, event: EventOf<"edited">): ChatState {
  const at = state.messages.findIndex((message) => message.message_id === event.message_id);
  const old = state.messages[at];
  if (!old) return state;
  const user = unconfirmed("user", event.client_id, event.at, {
    parent_id: old.parent_id,
    content: event.message,
    siblings: old.siblings,
    replaced: state.messages.slice(at),
  });
  const answer = unconfirmed("assistant", event.client_id, event.at, { model_id: event.model_id });
  return { ...state, messages: [...state.messages.slice(0, at), user, answer] };
}

/** An action was not accepted. A first question keeps its place with the reason; a rerun gives back what it hid. */
export function refused(state: ChatState, event: EventOf<"error">): ChatState {
  const answer = state.messages.find((message) => message.client_id === event.client_id && message.role === "assistant");
  if (!answer || !event.client_id) return state;
  const hidden = state.messages.some((message) => message.client_id === event.client_id && message.replaced);
  if (hidden) return restore(state, event.client_id);
  const error = { error: event.error, code: event.code, retryable: event.retryable };
  const messages = state.messages.map((message) =>
    message === answer ? { ...message, status: "failed" as const, finish_reason: "error" as const, error } : message,
  );
  return { ...state, messages };
}

export function restore(state: ChatState, clientId: string): ChatState {
  const replaced = state.messages.find((message) => message.client_id === clientId && message.replaced)?.replaced ?? [];
  const rest = state.messages.filter((message) => message.client_id !== clientId);
  return { ...state, messages: [...rest, ...replaced] };
}
