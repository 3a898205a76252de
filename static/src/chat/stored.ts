/** What was fetched, merged into what is shown. Part of the reducer. */
import { fromStored, isSecond } from "@/chat/messages";
import type { ChatMessage, ChatState } from "@/chat/types";
import type { SessionDetail } from "@/types/api";

export function loaded(state: ChatState, detail: SessionDetail): ChatState {
  const known = new Map(state.messages.map((message) => [message.message_id, message]));
  // One message begins both answers: where the first is known, what was fetched has the second, too.
  const waiting = state.messages.filter((message) => message.client_id !== null && !(isSecond(message) && message.parent_id !== null));
  // The server may not know yet that these have been replaced.
  const hidden = new Set(waiting.flatMap(({ replaced }) => replaced ?? []).map(({ message_id }) => message_id));
  const messages = detail.messages
    .filter(({ message_id }) => !hidden.has(message_id))
    .map((message) => fromStored(message, known.get(message.message_id)));
  const earlier = earlierOf(state, detail);
  return {
    sessionId: detail.session.session_id,
    messages: [...earlier, ...[...messages, ...waiting].map((message) => ahead(message, known.get(message.message_id)))],
    next: earlier.length ? state.next : detail.next,
    gap: null,
    removed: state.removed,
  };
}

/** Earlier pages that are shown already, when what was fetched goes on from them: nothing is taken from under a reader. */
function earlierOf(state: ChatState, detail: SessionDetail): ChatMessage[] {
  const [first] = detail.messages;
  if (!first || detail.next === null || state.sessionId !== detail.session.session_id) return [];
  const at = state.messages.findIndex((message) => message.message_id === first.message_id);
  return at > 0 && state.messages[at]!.parent_id === first.parent_id ? state.messages.slice(0, at) : [];
}

/** What was streamed here while the answer was on its way may be newer than what it brought. */
function ahead(stored: ChatMessage, shown: ChatMessage | undefined): ChatMessage {
  const isNewer =
    shown && stored.status === "running" && shown.generation_id === stored.generation_id && shown.offset > stored.offset;
  return isNewer ? shown : stored;
}

export function older(state: ChatState, detail: SessionDetail): ChatState {
  const known = new Set(state.messages.map((message) => message.message_id));
  const more = detail.messages.filter((message) => !known.has(message.message_id)).map((message) => fromStored(message));
  return { ...state, messages: [...more, ...state.messages], next: detail.next };
}
