/** The open conversation, and those that were open before (they show at once when one comes back). */
import { defineStore } from "pinia";
import { computed, ref, shallowReactive } from "vue";

import { applyEvent, EMPTY, fold } from "@/chat/reducer";
import { branchOf, columnsOf } from "@/chat/messages";
import { withUnsent } from "@/chat/unsent";
import { isRunning, type ChatEvent, type ChatMessage, type ChatState } from "@/chat/types";
import { createFrameQueue } from "@/lib/frames";
import { uuid } from "@/lib/ids";
import { ApiError, request } from "@/lib/transport/api";
import { waiting } from "@/lib/transport/outbox";
import { useLink } from "@/stores/link";
import { useModels } from "@/stores/models";
import { useSessions } from "@/stores/sessions";
import { createTurns } from "@/stores/turns";
import type { ServerEvent, Session, SessionDetail } from "@/types/api";

const KEPT = 20;
/** Messages of an earlier page: as many as come in within one frame or two while somebody scrolls. */
const OLDER = 40;

export const useConversation = defineStore("conversation", () => {
  const link = useLink();
  const models = useModels();
  const sessions = useSessions();

  /** By session_id; a conversation without one yet has a key of its own. */
  const states = shallowReactive(new Map<string, ChatState>());
  const infos = shallowReactive(new Map<string, Session>());
  const key = ref("new");
  /** The conversation that a new one has just become; what is typed meanwhile goes along with it. */
  const born = ref<string | null>(null);
  const status = ref<"ready" | "loading" | "missing" | "error">("ready");
  /** Counts answers that began: a conversation that was asked for before may come without the new one. */
  let beginnings = 0;

  const state = computed(() => states.get(key.value) ?? EMPTY);
  /** The branch on show, and beside its last answer the other columns of a comparison. */
  const messages = computed(() => branchOf(state.value));
  const columns = computed(() => columnsOf(state.value, messages.value.at(-1)));
  const sessionId = computed(() => state.value.sessionId);
  const session = computed(() => (sessionId.value ? (sessions.find(sessionId.value) ?? infos.get(sessionId.value)) : undefined));
  const running = computed(() => messages.value.findLast(isRunning) ?? columns.value.find(isRunning));
  const modelId = computed(() => {
    const own = session.value?.model_id;
    return models.find(own) ? own! : models.modelForNew;
  });
  const role = computed(() => session.value?.role ?? models.roleForNew);

  function put(at: string, next: ChatState): void {
    states.set(at, next);
    for (const old of states.keys()) {
      if (states.size <= KEPT) break;
      if (old !== key.value && !states.get(old)!.messages.some(isRunning)) states.delete(old);
    }
  }

  /** What happened on this page; to the open conversation, or to another one that is known. */
  function apply(event: ChatEvent, at = key.value): void {
    const known = states.get(at) ?? (at === key.value ? EMPTY : null);
    if (known) put(at, applyEvent(known, event));
  }

  const enqueue = createFrameQueue<ServerEvent & { at: number }>((frames) => {
    for (const [at, old] of [...states]) {
      const next = fold(old, frames);
      if (next !== old) settle(at, old, next);
    }
  });

  function settle(at: string, old: ChatState, next: ChatState): void {
    const moved = next.sessionId && next.sessionId !== at;
    if (moved) states.delete(at);
    put(moved ? next.sessionId! : at, next);
    if (moved && key.value === at) key.value = born.value = next.sessionId!;
    const left = next.messages.find((message, index) => message !== old.messages[index] && needsFetch(message, old));
    if (next.gap) link.hub.detach(next.gap);
    if (next.sessionId && (next.gap || left)) void refresh(next.sessionId).catch(() => undefined);
  }

  /** A stopped or interrupted answer may be shorter than what was shown; only the server knows where it was cut. */
  function needsFetch(message: ChatMessage, old: ChatState): boolean {
    if (!["stopped", "interrupted"].includes(message.status)) return false;
    const before = old.messages.find(({ key: known }) => known === message.key);
    return before !== undefined && isRunning(before);
  }

  function receive(frame: ServerEvent): void {
    if (frame.type === "start") beginnings += 1;
    enqueue({ ...frame, at: Date.now() });
  }

  async function refresh(id: string): Promise<void> {
    const before = beginnings;
    const detail = await request<SessionDetail>("GET", `/api/chat/session/${id}`);
    if (beginnings !== before) return refresh(id);
    infos.set(id, detail.session);
    put(id, withUnsent(applyEvent(states.get(id) ?? EMPTY, { type: "loaded", detail }), waiting(), id));
    if (key.value === id) follow();
  }

  /** Attaches to what is still being written in the open conversation, at the position that is shown. */
  function follow(): void {
    for (const message of state.value.messages) {
      if (isRunning(message) && message.generation_id) link.hub.attach(message.generation_id, message.offset);
    }
  }

  function leave(): void {
    for (const message of state.value.messages) {
      if (isRunning(message) && message.generation_id) link.hub.detach(message.generation_id);
    }
  }

  async function open(id: string): Promise<void> {
    if (key.value === id) return;
    leave();
    born.value = null;
    key.value = id;
    status.value = states.has(id) ? "ready" : "loading";
    try {
      await refresh(id);
      if (key.value === id) status.value = "ready";
    } catch (cause) {
      if (key.value === id) status.value = cause instanceof ApiError && cause.status === 404 ? "missing" : "error";
    }
  }

  /** After a reload: what was sent into a conversation that does not exist yet. */
  function revive(): void {
    if (!sessionId.value) put(key.value, withUnsent(state.value, waiting(), null));
  }

  function openNew(): void {
    if (key.value.startsWith("new") && !messages.value.length) return;
    leave();
    born.value = null;
    key.value = `new-${uuid()}`;
    status.value = "ready";
  }

  async function reload(): Promise<void> {
    const id = key.value;
    key.value = "";
    states.delete(id);
    await open(id);
  }

  async function loadOlder(): Promise<void> {
    const { sessionId: id, next } = state.value;
    if (!id || next === null) return;
    const detail = await request<SessionDetail>("GET", `/api/chat/session/${id}?before=${next}&limit=${OLDER}`);
    put(id, applyEvent(states.get(id) ?? EMPTY, { type: "older", detail }));
  }

  const turns = createTurns({ messages, columns, sessionId, modelId, role, apply, refresh });

  function reset(): void {
    states.clear();
    infos.clear();
    key.value = "new";
  }

  return {
    key, born, state, status, messages, columns, sessionId, session, running, modelId, role,
    apply, receive, refresh, follow, open, openNew, reload, loadOlder, revive, reset, ...turns,
  };
});
