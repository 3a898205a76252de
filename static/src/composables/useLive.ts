/** Joins the transport and the stores while somebody is signed in. */
import { onBeforeUnmount, onMounted } from "vue";

import { openOutbox } from "@/lib/transport/outbox";
import { useChanges } from "@/stores/changes";
import { useConversation } from "@/stores/conversation";
import { useFolders } from "@/stores/folders";
import { useLink } from "@/stores/link";
import { useModels } from "@/stores/models";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import type { ServerEvent, Session } from "@/types/api";

export function useLive(events: { onSignedOut: () => void; onGone: () => void }): void {
  const link = useLink();
  const sessions = useSessions();
  const folders = useFolders();
  const models = useModels();
  const changes = useChanges();
  const conversation = useConversation();
  const ui = useUi();
  const user = useUser();
  let later = 0;

  function onSession(session: Session): void {
    const isOpen = session.session_id === conversation.sessionId;
    if (isOpen) sessions.upsert(session);
    else sessions.hear(session);
    const known = conversation.state.messages.some((message) => message.generation_id === session.generating);
    // Asked on another device or tab: fetch the question and join its answer.
    const isOurs = conversation.state.messages.some((message) => message.client_id !== null);
    if (isOpen && session.generating && !known && !isOurs) void conversation.refresh(session.session_id).catch(() => undefined);
  }

  function onDeleted(id: string): void {
    sessions.hearDeleted(id);
    if (conversation.key === id) events.onGone();
  }

  /** Once for answers that end together. */
  function renewSoon(): void {
    window.clearTimeout(later);
    later = window.setTimeout(() => void sessions.renew(), 300);
  }

  function onFrame(frame: ServerEvent): void {
    if (frame.type === "session") onSession(frame.session);
    else if (frame.type === "session_deleted") onDeleted(frame.session_id);
    else if (frame.type === "changed") changes.tell(frame.what);
    else if (frame.type === "title") sessions.adjust(frame.session_id, { title: frame.title });
    // The administrator has changed what is offered.
    if (frame.type === "error" && ["model_not_found", "no_model"].includes(frame.code)) models.renew();
    if (frame.type === "error" && frame.action && frame.action !== "send") ui.notify(frame.error, { tone: "danger" });
    if (frame.type === "done") changes.tell(`answered:${frame.session_id}`);
    if (frame.type === "done" && ui.link !== "live" && ui.link !== "streaming") renewSoon();
    conversation.receive(frame);
  }

  /** The person changed something on another device. Roles speak the person's language. */
  async function onUser(): Promise<void> {
    const before = user.user?.locale;
    await user.renew();
    if (user.user?.locale !== before) await models.reloadRoles();
  }

  const quietly = (work: () => Promise<void>) => (): void => void work().catch(() => undefined);
  const off = [
    changes.on("user", quietly(onUser)),
    changes.on("roles", quietly(models.reloadRoles)),
    changes.on("folders", quietly(folders.load)),
    changes.on("sessions", quietly(sessions.renew)),
    changes.on("trash", () => void (sessions.view === "trash" && sessions.load())),
    // Another branch was chosen, a message deleted, an answer rated.
    changes.on("tree:", (what) => {
      // Also while it is being loaded: what comes may be older than the change.
      const id = conversation.key;
      if (what === `tree:${id}`) void conversation.refresh(id).catch(() => undefined);
    }),
  ];

  function onReconnect(): void {
    models.renew();
    changes.tellAll();
    const id = conversation.sessionId;
    if (id) void conversation.refresh(id).catch(() => undefined);
  }

  onMounted(() => {
    link.listen({ onFrame, onReconnect, onSignedOut: events.onSignedOut, onLink: (state) => (ui.link = state) });
    openOutbox(user.user?.id ?? null);
    link.hub.start();
    conversation.revive();
  });

  onBeforeUnmount(() => {
    for (const stop of off) stop();
    window.clearTimeout(later);
    link.hub.stop();
    openOutbox(null);
    folders.reset();
    sessions.reset();
    conversation.reset();
  });
}
