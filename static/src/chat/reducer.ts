/**
 * What a conversation looks like after an event. Pure: the same log gives the same state on every tab,
 * wherever it was joined. Frames carry their position in the generation's log, so one that was seen
 * before changes nothing and one that overlaps adds only what is new (design: folded = stored).
 */
import { characters, dropCharacters, fromStored, unconfirmed } from "@/chat/messages";
import type { ChatEvent, ChatMessage, ChatState } from "@/chat/types";
import type { FinishReason, MessageStatus, ServerEvent, SessionDetail } from "@/types/api";

type Of<T extends ChatEvent["type"]> = Extract<ChatEvent, { type: T }>;
type TextEvent = Extract<ChatEvent, { content: string; offset: number }>;

export const EMPTY: ChatState = { sessionId: null, messages: [], next: null, gap: null };

const STATUS_AFTER: Record<FinishReason, MessageStatus> = {
  stop: "completed",
  length: "completed",
  content_filter: "completed",
  stopped: "stopped",
  error: "failed",
  interrupted: "interrupted",
};

export function applyEvent(state: ChatState, event: ChatEvent): ChatState {
  switch (event.type) {
    case "loaded":
      return loaded(state, event.detail);
    case "older":
      return older(state, event.detail);
    case "sent":
      return sent(state, event);
    case "rerun":
      return rerun(state, event);
    case "edited":
      return edited(state, event);
    case "discarded":
      return restore(state, event.client_id);
    case "start":
      return started(state, event);
    case "delta":
    case "reasoning":
      return grown(state, event);
    case "error":
      return event.action ? refused(state, event) : failed(state, event);
    case "done":
      return finished(state, event);
    default:
      return passed(state, event);
  }
}

function loaded(state: ChatState, detail: SessionDetail): ChatState {
  const known = new Map(state.messages.map((message) => [message.message_id, message]));
  const messages = detail.messages.map((message) => fromStored(message, known.get(message.message_id)));
  const waiting = state.messages.filter((message) => message.client_id !== null);
  return {
    sessionId: detail.session.session_id,
    messages: [...messages, ...waiting].map((message) => ahead(message, known.get(message.message_id))),
    next: detail.next,
    gap: null,
  };
}

/** What was streamed here while the answer was on its way may be newer than what it brought. */
function ahead(stored: ChatMessage, shown: ChatMessage | undefined): ChatMessage {
  const isNewer =
    shown && stored.status === "running" && shown.generation_id === stored.generation_id && shown.offset > stored.offset;
  return isNewer ? shown : stored;
}

function older(state: ChatState, detail: SessionDetail): ChatState {
  const known = new Set(state.messages.map((message) => message.message_id));
  const more = detail.messages.filter((message) => !known.has(message.message_id)).map((message) => fromStored(message));
  return { ...state, messages: [...more, ...state.messages], next: detail.next };
}

function sent(state: ChatState, event: Of<"sent">): ChatState {
  const user = unconfirmed("user", event.client_id, event.at, { content: event.message });
  const answer = unconfirmed("assistant", event.client_id, event.at, { model_id: event.model_id });
  return { ...state, messages: [...state.messages, user, answer] };
}

function rerun(state: ChatState, event: Of<"rerun">): ChatState {
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

function edited(state: ChatState, event: Of<"edited">): ChatState {
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

function started(state: ChatState, event: Of<"start">): ChatState {
  const known = state.messages.some((message) => message.message_id === event.message_id);
  if (known) {
    return patch(state, event.message_id, (message) => ({
      ...message,
      generation_id: event.generation_id,
      status: message.status === "queued" ? "running" : message.status,
    }));
  }
  const waiting = state.messages.findLast((message) => message.role === "assistant" && message.client_id !== null);
  if (!waiting || (event.client_id && waiting.client_id !== event.client_id)) return state;
  const clientId = waiting.client_id;
  const messages = state.messages.map((message) => (message.client_id === clientId ? confirmed(message, event) : message));
  return { ...state, sessionId: event.session_id, messages };
}

function confirmed(message: ChatMessage, event: Of<"start">): ChatMessage {
  const id = message.role === "user" ? event.user_message_id : event.message_id;
  const common = {
    ...message,
    message_id: id ?? message.message_id,
    session_id: event.session_id,
    siblings: [...message.siblings.filter((sibling) => sibling > 0 && sibling !== id), id ?? message.message_id],
    client_id: null,
    replaced: null,
  };
  if (message.role === "user") return common;
  return {
    ...common,
    parent_id: event.user_message_id,
    generation_id: event.generation_id,
    model_id: event.model_id ?? message.model_id,
    status: "running",
    offset: event.offset,
  };
}

function grown(state: ChatState, event: TextEvent): ChatState {
  const message = byGeneration(state, event.generation_id);
  if (!message || event.offset <= message.offset || !isOpen(message)) return state;
  const start = event.offset - characters(event.content);
  if (start > message.offset) return { ...state, gap: event.generation_id };
  const text = dropCharacters(event.content, message.offset - start);
  const isText = event.type === "delta";
  const now = event.at ?? null;
  // The log of a continued answer begins with the text so far, which is already shown: it starts from nothing.
  const { content, reasoning } = message.offset > 0 ? message : { content: "", reasoning: "" };
  return patch(state, message.message_id, () => ({
    ...message,
    status: "running",
    content: isText ? content + text : content,
    reasoning: isText ? reasoning : reasoning + text,
    thinking_from: isText ? message.thinking_from : (message.thinking_from ?? now),
    thinking_to: isText && message.thinking_from !== null ? (message.thinking_to ?? now) : message.thinking_to,
    offset: event.offset,
  }));
}

/** Another event of a log (a title, say) counts one character there, though nothing of the text changes. */
function passed(state: ChatState, event: ChatEvent): ChatState {
  if (!("generation_id" in event) || !event.generation_id) return state;
  const offset = "offset" in event ? event.offset : undefined;
  const message = byGeneration(state, event.generation_id);
  if (!message || offset === undefined || offset <= message.offset || !isOpen(message)) return state;
  return patch(state, message.message_id, () => ({ ...message, offset }));
}

function failed(state: ChatState, event: Of<"error">): ChatState {
  const message = event.generation_id ? byGeneration(state, event.generation_id) : undefined;
  if (!message || !isOpen(message)) return state;
  const error = { error: event.error, code: event.code, retryable: event.retryable };
  return patch(state, message.message_id, () => ({ ...message, error, offset: event.offset ?? message.offset }));
}

function finished(state: ChatState, event: Of<"done">): ChatState {
  const message = byGeneration(state, event.generation_id);
  if (!message || !isOpen(message)) return state;
  return patch(state, message.message_id, () => ({
    ...message,
    status: STATUS_AFTER[event.finish_reason],
    finish_reason: event.finish_reason,
    prompt_tokens: event.usage?.prompt_tokens ?? message.prompt_tokens,
    completion_tokens: event.usage?.completion_tokens ?? message.completion_tokens,
    thinking_to: message.thinking_to ?? event.at ?? null,
    offset: event.offset,
  }));
}

/** An action was not accepted. A first question keeps its place with the reason; a rerun gives back what it hid. */
function refused(state: ChatState, event: Of<"error">): ChatState {
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

function restore(state: ChatState, clientId: string): ChatState {
  const replaced = state.messages.find((message) => message.client_id === clientId && message.replaced)?.replaced ?? [];
  const rest = state.messages.filter((message) => message.client_id !== clientId);
  return { ...state, messages: [...rest, ...replaced] };
}

function isOpen(message: ChatMessage): boolean {
  return message.status === "queued" || message.status === "running";
}

function byGeneration(state: ChatState, generationId: string): ChatMessage | undefined {
  return state.messages.findLast((message) => message.generation_id === generationId);
}

function patch(state: ChatState, messageId: number, change: (message: ChatMessage) => ChatMessage): ChatState {
  const messages = state.messages.map((message) => (message.message_id === messageId ? change(message) : message));
  return { ...state, messages };
}

/** Every event in order. */
export function fold(state: ChatState, events: readonly (ServerEvent | ChatEvent)[]): ChatState {
  return events.reduce<ChatState>(applyEvent, state);
}
