/** What was sent from this browser before a reload and has not reached the server yet, shown again as it was. */
import { applyEvent } from "@/chat/reducer";
import type { ChatState } from "@/chat/types";
import type { Waiting } from "@/lib/transport/outbox";

/** `id`: the conversation's; null for one that does not exist yet. Edits show where their question is loaded. */
export function withUnsent(state: ChatState, waiting: readonly Waiting[], id: string | null): ChatState {
  return waiting.reduce((now, { action, attachments, at }) => {
    const known = now.messages.some(({ client_id }) => client_id === action.client_id);
    if (known || (action.type !== "send" && action.type !== "edit")) return now;
    if (action.type === "send" && (action.session_id ?? null) !== id) return now;
    const common = { client_id: action.client_id, message: action.message, attachments, model_id: null, at };
    if (action.type === "send") return applyEvent(now, { type: "sent", ...common, model_id: action.model_id ?? null, beside_model_id: action.beside_model_id });
    return applyEvent(now, { type: "edited", message_id: action.message_id, ...common });
  }, state);
}
