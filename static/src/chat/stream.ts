/** The frames of a generation's log. Part of the reducer. */
import { characters, dropCharacters, isSecond } from "@/chat/messages";
import type { ChatEvent, ChatMessage, ChatState, EventOf, TextEvent } from "@/chat/types";
import type { FinishReason, MessageStatus } from "@/types/api";

const STATUS_AFTER: Record<FinishReason, MessageStatus> = {
  stop: "completed",
  length: "completed",
  content_filter: "completed",
  stopped: "stopped",
  error: "failed",
  interrupted: "interrupted",
};

export function started(state: ChatState, event: EventOf<"start">): ChatState {
  const known = state.messages.some((message) => message.message_id === event.message_id);
  if (known) {
    // Fetched before its start came: what waited for it has nothing to wait for any more.
    const messages = state.messages.filter(({ client_id }) => client_id === null || client_id !== event.client_id);
    return patch({ ...state, messages }, event.message_id, (message) => ({
      ...message,
      generation_id: event.generation_id,
      status: message.status === "queued" ? "running" : message.status,
    }));
  }
  const waiting = state.messages.findLast((message) => {
    const { role, client_id } = message;
    return role === "assistant" && client_id !== null && (!event.client_id || client_id === event.client_id) && isSecond(message) === (event.beside !== undefined);
  });
  if (!waiting) return state;
  const messages = state.messages.map((message) => {
    if (message.client_id !== waiting.client_id) return related(message, waiting, event);
    return isSecond(message) && message !== waiting ? moored(message, event) : confirmed(message, event);
  });
  return { ...state, sessionId: event.session_id, messages };
}

/** What stands beside an answer learns of a new version, and of one that takes its place. */
function related(message: ChatMessage, waiting: ChatMessage, event: EventOf<"start">): ChatMessage {
  if (message.role !== "assistant" || message.parent_id !== event.user_message_id) return message;
  const siblings = [...message.siblings, event.message_id];
  return { ...message, siblings, beside: message.beside === waiting.replaced?.[0]?.message_id ? event.message_id : message.beside };
}

/** A second column learns which answer it stands beside, and waits for its own start. */
function moored(message: ChatMessage, event: EventOf<"start">): ChatMessage {
  return { ...message, session_id: event.session_id, parent_id: event.user_message_id, beside: event.message_id, siblings: [event.message_id] };
}

function confirmed(message: ChatMessage, event: EventOf<"start">): ChatMessage {
  const id = message.role === "user" ? event.user_message_id : event.message_id;
  const common = {
    ...message,
    message_id: id ?? message.message_id,
    session_id: event.session_id,
    siblings: [...message.siblings.filter((sibling) => sibling > 0 && sibling !== id), id ?? message.message_id],
    client_id: null,
    replaced: null,
  };
  if (message.role === "user") return { ...common, content: event.message ?? common.content };
  return {
    ...common,
    parent_id: event.user_message_id,
    generation_id: event.generation_id,
    model_id: event.model_id ?? message.model_id,
    status: "running",
    offset: event.offset,
  };
}

export function grown(state: ChatState, event: TextEvent): ChatState {
  const message = byGeneration(state, event.generation_id);
  if (!message || event.offset <= message.offset || !isOpen(message)) return state;
  const start = event.offset - characters(event.content);
  if (start > message.offset) return { ...state, gap: event.generation_id };
  const text = dropCharacters(event.content, message.offset - start);
  const isText = event.type === "delta";
  // The log of a continued answer begins with the text so far, which is already shown: it starts from nothing.
  const { content, reasoning } = message.offset > 0 ? message : { content: "", reasoning: "" };
  return patch(state, message.message_id, () => ({
    ...message,
    status: "running",
    content: isText ? content + text : content,
    reasoning: isText ? reasoning : reasoning + text,
    ...thought(message, isText, event.at),
    offset: event.offset,
  }));
}

/** How long it thinks, by this page's clock; the server's own figure comes with the end. */
function thought({ reasoning_ms, thinking_from }: ChatMessage, isText: boolean, now: number | undefined): Pick<ChatMessage, "reasoning_ms" | "thinking_from"> {
  if (now === undefined) return { reasoning_ms, thinking_from };
  if (!isText) return { reasoning_ms, thinking_from: thinking_from ?? now - (reasoning_ms ?? 0) };
  return { reasoning_ms: thinking_from === null ? reasoning_ms : now - thinking_from, thinking_from: null };
}

/** Another event of a log (a title, say) counts one character there, though nothing of the text changes. */
export function passed(state: ChatState, event: ChatEvent): ChatState {
  if (!("generation_id" in event) || !event.generation_id) return state;
  const offset = "offset" in event ? event.offset : undefined;
  const message = byGeneration(state, event.generation_id);
  if (!message || offset === undefined || offset <= message.offset || !isOpen(message)) return state;
  return patch(state, message.message_id, () => ({ ...message, offset }));
}

export function failed(state: ChatState, event: EventOf<"error">): ChatState {
  const message = event.generation_id ? byGeneration(state, event.generation_id) : undefined;
  if (!message || !isOpen(message)) return state;
  const error = { error: event.error, code: event.code, retryable: event.retryable };
  return patch(state, message.message_id, () => ({ ...message, error, offset: event.offset ?? message.offset }));
}

export function finished(state: ChatState, event: EventOf<"done">): ChatState {
  const message = byGeneration(state, event.generation_id);
  if (!message || !isOpen(message)) return state;
  return patch(state, message.message_id, () => ({
    ...message,
    status: STATUS_AFTER[event.finish_reason],
    finish_reason: event.finish_reason,
    prompt_tokens: event.usage?.prompt_tokens ?? message.prompt_tokens,
    completion_tokens: event.usage?.completion_tokens ?? message.completion_tokens,
    provider: event.provider ?? message.provider,
    ...(event.attempts && { attempts: event.attempts }),
    first_token_ms: event.first_token_ms ?? message.first_token_ms,
    duration_ms: event.duration_ms ?? message.duration_ms,
    cost: event.cost ?? message.cost,
    currency: event.currency ?? message.currency,
    reasoning_ms: event.reasoning_ms ?? message.reasoning_ms,
    thinking_from: null,
    offset: event.offset,
  }));
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
