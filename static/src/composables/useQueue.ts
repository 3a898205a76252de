/**
 * Messages that were sent while an answer was being written go one by one when it has ended; not when it failed: then
 * they wait until somebody says so. Conversations that are not open are watched in the list.
 */
import { onBeforeUnmount, onMounted, watch } from "vue";

import { request } from "@/lib/transport/api";
import { droppedElsewhere } from "@/lib/transport/outbox";
import { useConversation } from "@/stores/conversation";
import { useLink } from "@/stores/link";
import { useSessions } from "@/stores/sessions";
import { useWriting } from "@/stores/writing";
import type { SessionDetail } from "@/types/api";

const FAILED: readonly string[] = ["failed", "interrupted"];

export function useQueue(): { sendNow: () => void; takeBack: (clientId: string) => void } {
  const conversation = useConversation();
  const writing = useWriting();
  const sessions = useSessions();
  const link = useLink();
  /** Sessions for which something has just been sent: wait until the list has moved on. */
  const sentAt = new Map<string, string>();

  /** Into the outbox before it leaves the queue: a tab that dies in between sends the same message, not a second one. */
  function sendNow(): void {
    const first = writing.queue[0];
    if (!first || conversation.running) return;
    writing.held = false;
    conversation.send(first.text, { client_id: first.client_id, attachments: first.attachments });
    writing.unqueue(first.client_id);
  }

  function next(): void {
    if (!writing.queue.length || conversation.running || conversation.status !== "ready") return;
    const last = conversation.messages.findLast(({ role }) => role === "assistant");
    if (last && FAILED.includes(last.status)) writing.held = true;
    else if (last) sendNow();
  }

  async function sendElsewhere(id: string): Promise<void> {
    const item = writing.queuedEverywhere().find(({ session }) => session === id);
    const row = sessions.find(id);
    if (!item || !row || row.generating || sentAt.get(id) === row.update_time) return;
    sentAt.set(id, row.update_time);
    const detail = await request<SessionDetail>("GET", `/api/chat/session/${id}?limit=1`).catch(() => null);
    const last = detail?.messages.at(-1);
    if (!last || FAILED.includes(last.status) || conversation.key === id) return;
    const { client_id, text: message, attachments } = item;
    const ids = attachments.map(({ document_id }) => document_id);
    link.hub.act({ type: "send", client_id, message, session_id: id, parent_id: last.message_id, attachments: ids }, attachments);
    writing.unqueue(client_id);
  }

  function lookElsewhere(): void {
    const ids = new Set(writing.queuedEverywhere().map(({ session }) => session));
    ids.delete(conversation.key);
    for (const id of ids) void sendElsewhere(id);
  }

  /** Back into the field, before what stands there. */
  function takeBack(clientId: string): void {
    const item = writing.queue.find(({ client_id }) => client_id === clientId);
    if (!item) return;
    writing.unqueue(clientId);
    writing.fill([item.text, writing.text].filter(Boolean).join("\n\n"), [...item.attachments, ...writing.attachments]);
  }

  function onStorage(event: StorageEvent): void {
    if (writing.isQueueKey(event.key)) writing.loadQueue();
    const dropped = droppedElsewhere(event);
    if (dropped) link.hub.pending.delete(dropped);
  }

  watch([() => conversation.running?.key, () => conversation.key, () => conversation.status, () => writing.queue], next);
  watch(() => sessions.rows, lookElsewhere);
  onMounted(() => {
    window.addEventListener("storage", onStorage);
    next();
    lookElsewhere();
  });
  onBeforeUnmount(() => window.removeEventListener("storage", onStorage));

  return { sendNow, takeBack };
}
