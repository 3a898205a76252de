/** What the reader does, shown before the server has answered, and taken back when it refuses. Part of the reducer. */
import { isBeside, unconfirmed } from "@/chat/messages";
import type { ChatMessage, ChatState, EventOf } from "@/chat/types";

export function sent(state: ChatState, event: EventOf<"sent">): ChatState {
  const user = unconfirmed("user", event.client_id, event.at, { content: event.message, attachments: event.attachments ?? [] });
  const answer = unconfirmed("assistant", event.client_id, event.at, { model_id: event.model_id });
  return { ...state, messages: [...state.messages, user, answer, ...second(event, answer)] };
}

/** The column of a second model that was asked at once; its question's `start` says beside which answer it stands. */
function second({ client_id, at, beside_model_id: model_id }: EventOf<"sent">, first: ChatMessage): ChatMessage[] {
  if (!model_id) return [];
  const column = unconfirmed("assistant", client_id, at, { message_id: -3, model_id, beside: first.message_id });
  return [{ ...column, key: `b${client_id}` }];
}

/** Another answer: in the place of the one named, in its column, or (`beside`) in a second column; or the first to a question. */
export function rerun(state: ChatState, event: EventOf<"rerun">): ChatState {
  const at = state.messages.findIndex((message) => message.message_id === event.message_id);
  const old = state.messages[at];
  if (!old) return state;
  const stays = event.beside || old.role === "user";
  const after = state.messages.slice(at + 1);
  const columns = !event.beside && after.every((message) => isBeside(message, old)) ? after : [];
  const before = state.messages.slice(0, stays ? at + 1 : at);
  // A second column is written anew where it stands, and nothing of the branch changes.
  const hidden = old.beside !== null && !stays ? [old] : [...(stays ? [] : [old]), ...(columns.length ? [] : after)];
  const answer = unconfirmed("assistant", event.client_id, event.at, {
    parent_id: old.role === "user" ? old.message_id : old.parent_id,
    content: event.keep ? old.content : "",
    reasoning: event.keep ? old.reasoning : "",
    reasoning_ms: event.keep ? old.reasoning_ms : null,
    model_id: event.model_id ?? old.model_id,
    beside: event.beside ? old.message_id : old.beside,
    siblings: old.role === "user" ? [] : old.siblings,
    replaced: hidden,
  });
  return { ...state, messages: [...before, answer, ...(old.beside !== null && !stays ? after : columns)] };
}

export function edited(state: ChatState, event: EventOf<"edited">): ChatState {
  const at = state.messages.findIndex((message) => message.message_id === event.message_id);
  const old = state.messages[at];
  if (!old) return state;
  const user = unconfirmed("user", event.client_id, event.at, {
    parent_id: old.parent_id,
    content: event.message,
    // An edited question keeps what was attached to it, unless something was taken away.
    attachments: event.attachments ?? old.attachments,
    siblings: old.siblings,
    replaced: state.messages.slice(at),
  });
  const answer = unconfirmed("assistant", event.client_id, event.at, { model_id: event.model_id });
  return { ...state, messages: [...state.messages.slice(0, at), user, answer] };
}

/**
 * An action was not accepted. A first question keeps its place with the reason, and so does an edit that only waits for
 * "send anyway"; a rerun gives back what it hid.
 */
export function refused(state: ChatState, event: EventOf<"error">): ChatState {
  if (!event.client_id) return state;
  const hidden = state.messages.some((message) => message.client_id === event.client_id && message.replaced);
  if (hidden && event.code !== "word_warning") return restore(state, event.client_id);
  const error = { error: event.error, code: event.code, retryable: event.retryable };
  const messages = state.messages.map((message) =>
    message.client_id === event.client_id && message.role === "assistant" ? { ...message, status: "failed" as const, finish_reason: "error" as const, error } : message,
  );
  return { ...state, messages };
}

export function restore(state: ChatState, clientId: string): ChatState {
  const messages = state.messages.flatMap((message) => (message.client_id === clientId ? (message.replaced ?? []) : [message]));
  return { ...state, messages };
}

export function rated(state: ChatState, { message_id, rating, rating_reason, rating_comment }: EventOf<"rated">): ChatState {
  const said = { rating, rating_reason, rating_comment };
  return { ...state, messages: state.messages.map((message) => (message.message_id === message_id ? { ...message, ...said } : message)) };
}

export function removed(state: ChatState, messageId: number): ChatState {
  return state.removed.includes(messageId) ? state : { ...state, removed: [...state.removed, messageId] };
}

/** Taken back, or gone for good: then it does not come any more. */
export function kept(state: ChatState, messageId: number): ChatState {
  return { ...state, removed: state.removed.filter((id) => id !== messageId) };
}
