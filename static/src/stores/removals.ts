/** Messages that were deleted here: away at once, deleted on the server when nobody takes them back within UNDO_MS. */
import { defineStore } from "pinia";

import type { ChatMessage } from "@/chat/types";
import { request } from "@/lib/transport/api";
import { useConversation } from "@/stores/conversation";
import { UNDO_MS } from "@/stores/sessions";

interface Removal {
  timer: number;
  sessionId: string;
  /** Whether another version is shown in its place. */
  replaced: boolean;
}

export const useRemovals = defineStore("removals", () => {
  const conversation = useConversation();
  const pending = new Map<number, Removal>();

  /** @throws ApiError when another version could not be shown in its place; then nothing is deleted. */
  async function remove(message: ChatMessage, onFailure: (sentence: string) => void): Promise<void> {
    const { message_id, siblings } = message;
    const sessionId = conversation.sessionId;
    if (!sessionId || pending.has(message_id)) return;
    const gone = conversation.state.removed;
    const others = siblings.filter((id) => id !== message_id && !gone.includes(id));
    const neighbour = others.findLast((id) => id < message_id) ?? others[0];
    const isEnd = message.role === "assistant" && conversation.messages.at(-1)?.message_id === message_id;
    const replaced = isEnd && neighbour !== undefined && !conversation.columns.length;
    if (replaced) await conversation.show(neighbour);
    conversation.apply({ type: "removed", message_id }, sessionId);
    const timer = window.setTimeout(() => void commit(message_id).catch((cause: Error) => onFailure(cause.message)), UNDO_MS);
    pending.set(message_id, { timer, sessionId, replaced });
  }

  async function undo(messageId: number): Promise<void> {
    const removal = pending.get(messageId);
    if (!removal) return;
    window.clearTimeout(removal.timer);
    pending.delete(messageId);
    conversation.apply({ type: "kept", message_id: messageId }, removal.sessionId);
    if (removal.replaced && conversation.sessionId === removal.sessionId) await conversation.show(messageId);
  }

  async function commit(messageId: number): Promise<void> {
    const removal = pending.get(messageId);
    if (!removal) return;
    window.clearTimeout(removal.timer);
    pending.delete(messageId);
    try {
      await request("DELETE", `/api/chat/messages/${messageId}`, { keepalive: true });
      await conversation.refresh(removal.sessionId).catch(() => undefined);
    } finally {
      conversation.apply({ type: "kept", message_id: messageId }, removal.sessionId);
    }
  }

  /** The page is about to go: what was deleted is deleted. */
  function flush(): void {
    for (const id of [...pending.keys()]) void commit(id).catch(() => undefined);
  }
  window.addEventListener("pagehide", flush);

  return { remove, undo, flush };
});
