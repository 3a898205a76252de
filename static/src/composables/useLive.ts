/** Joins the transport and the stores while somebody is signed in. */
import { onBeforeUnmount, onMounted } from "vue";

import { useConversation } from "@/stores/conversation";
import { useLink } from "@/stores/link";
import { useModels } from "@/stores/models";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import type { ServerEvent, Session } from "@/types/api";

export function useLive(events: { onSignedOut: () => void; onGone: () => void }): void {
  const link = useLink();
  const sessions = useSessions();
  const models = useModels();
  const conversation = useConversation();
  const ui = useUi();

  function onSession(session: Session): void {
    sessions.upsert(session);
    const isOpen = session.session_id === conversation.sessionId;
    const known = conversation.messages.some((message) => message.generation_id === session.generating);
    // Asked on another device or tab: fetch the question and join its answer.
    const isOurs = conversation.messages.some((message) => message.client_id !== null);
    if (isOpen && session.generating && !known && !isOurs) void conversation.refresh(session.session_id).catch(() => undefined);
  }

  function onDeleted(id: string): void {
    sessions.drop(id);
    if (conversation.key === id) events.onGone();
  }

  function onFrame(frame: ServerEvent): void {
    if (frame.type === "session") onSession(frame.session);
    else if (frame.type === "session_deleted") onDeleted(frame.session_id);
    else if (frame.type === "title") sessions.retitle(frame.session_id, frame.title);
    // The administrator has changed what is offered.
    if (frame.type === "error" && ["model_not_found", "no_model"].includes(frame.code)) models.renew();
    if (frame.type === "error" && frame.action && frame.action !== "send") ui.notify(frame.error, { tone: "danger" });
    if (frame.type === "done" && ui.link !== "live") window.setTimeout(() => void sessions.load(), 300);
    conversation.receive(frame);
  }

  function onReconnect(): void {
    void sessions.load();
    models.renew();
    const id = conversation.sessionId;
    if (id) void conversation.refresh(id).catch(() => undefined);
  }

  onMounted(() => {
    link.listen({ onFrame, onReconnect, onSignedOut: events.onSignedOut, onLink: (state) => (ui.link = state) });
    link.hub.start();
    window.addEventListener("pagehide", sessions.flush);
  });

  onBeforeUnmount(() => {
    window.removeEventListener("pagehide", sessions.flush);
    sessions.flush();
    link.hub.stop();
    sessions.reset();
    conversation.reset();
  });
}
