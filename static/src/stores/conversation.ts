/** The open conversation, and those that were open before (they show at once when one comes back). */
import { defineStore } from "pinia";
import { computed, ref, shallowReactive } from "vue";

import { applyEvent, EMPTY, fold } from "@/chat/reducer";
import { isRunning, type ChatEvent, type ChatMessage, type ChatState } from "@/chat/types";
import { createFrameQueue } from "@/lib/frames";
import { uuid } from "@/lib/ids";
import { ApiError, request } from "@/lib/transport/api";
import { useLink } from "@/stores/link";
import { useModels } from "@/stores/models";
import { useSessions } from "@/stores/sessions";
import type { Message, ServerEvent, Session, SessionDetail } from "@/types/api";

const KEPT = 20;

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
  const messages = computed(() => state.value.messages);
  const sessionId = computed(() => state.value.sessionId);
  const session = computed(() => (sessionId.value ? (sessions.find(sessionId.value) ?? infos.get(sessionId.value)) : undefined));
  const running = computed(() => messages.value.findLast(isRunning));
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

  function apply(event: ChatEvent): void {
    put(key.value, applyEvent(state.value, event));
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
    const left = next.messages.find((message, index) => needsFetch(message, old.messages[index]));
    if (next.gap) link.hub.detach(next.gap);
    if (next.sessionId && (next.gap || left)) void refresh(next.sessionId).catch(() => undefined);
  }

  /** A stopped or interrupted answer may be shorter than what was shown; only the server knows where it was cut. */
  function needsFetch(message: ChatMessage, before: ChatMessage | undefined): boolean {
    return ["stopped", "interrupted"].includes(message.status) && before?.key === message.key && isRunning(before);
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
    put(id, applyEvent(states.get(id) ?? EMPTY, { type: "loaded", detail }));
    if (key.value === id) follow();
  }

  /** Attaches to what is still being written in the open conversation, at the position that is shown. */
  function follow(): void {
    for (const message of messages.value) {
      if (isRunning(message) && message.generation_id) link.hub.attach(message.generation_id, message.offset);
    }
  }

  function leave(): void {
    for (const message of messages.value) {
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
    const detail = await request<SessionDetail>("GET", `/api/chat/session/${id}?before=${next}`);
    put(id, applyEvent(states.get(id) ?? EMPTY, { type: "older", detail }));
  }

  function send(message: string): void {
    const client_id = uuid();
    const model_id = modelId.value ?? undefined;
    const parent = messages.value.findLast((known) => known.message_id > 0)?.message_id;
    apply({ type: "sent", client_id, message, model_id: model_id ?? null, at: Date.now() });
    const target = sessionId.value ? { session_id: sessionId.value, parent_id: parent } : { role: role.value };
    link.hub.act({ type: "send", client_id, message, model_id, ...target });
  }

  function rerun(type: "regenerate" | "continue", message_id: number, model_id?: string): void {
    const client_id = uuid();
    apply({ type: "rerun", client_id, message_id, keep: type === "continue", model_id: model_id ?? null, at: Date.now() });
    link.hub.act(type === "regenerate" ? { type, client_id, message_id, model_id } : { type, client_id, message_id });
  }

  function edit(message_id: number, message: string): void {
    const client_id = uuid();
    apply({ type: "edited", client_id, message_id, message, model_id: modelId.value, at: Date.now() });
    link.hub.act({ type: "edit", client_id, message_id, message });
  }

  /** A failed answer again; one that never got as far as the server is asked anew. */
  function retry(message: ChatMessage, model_id?: string): void {
    if (message.message_id > 0) return rerun("regenerate", message.message_id, model_id);
    const question = takeBack(message);
    if (model_id) models.chosenModel = model_id;
    if (question) send(question);
  }

  /** Takes away a question that was refused, with its answer. @returns its text, to be changed. */
  function takeBack(message: ChatMessage): string {
    const question = messages.value.find((other) => other.role === "user" && other.client_id === message.client_id);
    if (message.client_id) apply({ type: "discarded", client_id: message.client_id });
    return question?.content ?? "";
  }

  async function stop(): Promise<void> {
    const message = running.value;
    if (message?.generation_id) await link.hub.halt(message.generation_id, message.offset);
  }

  async function showSibling(message: Pick<Message, "siblings" | "message_id">, step: -1 | 1): Promise<void> {
    const target = message.siblings[message.siblings.indexOf(message.message_id) + step];
    const id = sessionId.value;
    if (target === undefined || !id) return;
    await request("PATCH", `/api/chat/session/${id}`, { json: { current_message_id: target } });
    await refresh(id);
  }

  function reset(): void {
    states.clear();
    infos.clear();
    key.value = "new";
  }

  return {
    key, born, state, status, messages, sessionId, session, running, modelId, role,
    receive, refresh, follow, open, openNew, reload, loadOlder, send, rerun, edit, retry, takeBack, stop, showSibling, reset,
  };
});
