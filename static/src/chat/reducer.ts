/**
 * What a conversation looks like after an event. Pure: the same log gives the same state on every tab,
 * wherever it was joined. Frames carry their position in the generation's log, so one that was seen
 * before changes nothing and one that overlaps adds only what is new (design: folded = stored).
 */
import { edited, kept, rated, refused, removed, rerun, restore, sent } from "@/chat/actions";
import { loaded, older } from "@/chat/stored";
import { failed, finished, grown, passed, started } from "@/chat/stream";
import type { ChatEvent, ChatState } from "@/chat/types";

export const EMPTY: ChatState = { sessionId: null, messages: [], next: null, gap: null, removed: [] };

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
    case "rated":
      return rated(state, event);
    case "removed":
      return removed(state, event.message_id);
    case "kept":
      return kept(state, event.message_id);
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

/** Every event in order. */
export function fold(state: ChatState, events: readonly ChatEvent[]): ChatState {
  return events.reduce<ChatState>(applyEvent, state);
}
