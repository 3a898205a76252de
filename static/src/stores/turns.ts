/** What the reader does in the open conversation: ask, ask anew, compare, stop, choose. Part of the conversation's store. */
import { ref, type ComputedRef, type Ref } from "vue";

import { isRunning, type ChatEvent, type ChatMessage } from "@/chat/types";
import { uuid } from "@/lib/ids";
import { request } from "@/lib/transport/api";
import { useFolders } from "@/stores/folders";
import { useLink } from "@/stores/link";
import { useModels } from "@/stores/models";
import type { Attachment, Message } from "@/types/api";

interface Open {
  messages: ComputedRef<ChatMessage[]>;
  columns: ComputedRef<readonly ChatMessage[]>;
  sessionId: ComputedRef<string | null>;
  modelId: ComputedRef<string | null>;
  role: ComputedRef<string | null>;
  apply: (event: ChatEvent) => void;
  refresh: (id: string) => Promise<void>;
}

export interface Rerun {
  model_id?: string;
  /** In a second column, beside the answer. */
  beside?: boolean;
}

export interface Extras {
  /** Of a message that had one before: what waited in the queue is the same message in every tab. */
  client_id?: string;
  attachments?: Attachment[];
  /** It was the draft of this conversation, which the server empties with it. */
  draft_version?: number;
  /** The reader was warned of a word in it, and sends it anyway. */
  confirmed?: boolean;
  /** A second model that shall answer, too. */
  beside_model_id?: string;
}

export interface Turns {
  compareWith: Ref<string | null>;
  send: (message: string, extras?: Extras) => void;
  rerun: (type: "regenerate" | "continue", message_id: number, how?: Rerun) => void;
  /** `attachments`: what the new version keeps; all of it when nothing is said. */
  edit: (message_id: number, message: string, attachments?: Attachment[], confirmed?: boolean) => void;
  /** What was held back with a warning, once more and confirmed. */
  sendAnyway: (message: ChatMessage) => void;
  retry: (message: ChatMessage, model_id?: string) => void;
  takeBack: (message: ChatMessage) => ChatMessage | undefined;
  stop: (message?: ChatMessage) => Promise<void>;
  show: (message_id: number) => Promise<void>;
  showSibling: (message: Pick<Message, "siblings" | "message_id">, step: -1 | 1) => Promise<number | null>;
}

export function createTurns({ messages, columns, sessionId, modelId, role, apply, refresh }: Open): Turns {
  const { hub } = useLink();
  const models = useModels();
  /** The model that shall answer the next question too, in a second column. */
  const compareWith = ref<string | null>(null);

  function send(message: string, extras: Extras = {}): void {
    const { client_id = uuid(), attachments = [], draft_version, confirmed, beside_model_id = compareWith.value ?? undefined } = extras;
    const model_id = modelId.value ?? undefined;
    const parent = messages.value.findLast((known) => known.message_id > 0)?.message_id;
    compareWith.value = null;
    apply({ type: "sent", client_id, message, attachments, model_id: model_id ?? null, beside_model_id, at: Date.now() });
    const target = sessionId.value ? { session_id: sessionId.value, parent_id: parent } : { role: role.value ?? undefined, folder_id: useFolders().target ?? undefined };
    const attached = attachments.length ? { attachments: attachments.map(({ document_id }) => document_id) } : {};
    hub.act({ type: "send", client_id, message, model_id, beside_model_id, draft_version, ...(confirmed ? { confirmed } : {}), ...attached, ...target }, attachments);
  }

  function rerun(type: "regenerate" | "continue", message_id: number, { model_id, beside }: Rerun = {}): void {
    const client_id = uuid();
    apply({ type: "rerun", client_id, message_id, keep: type === "continue", beside, model_id: model_id ?? null, at: Date.now() });
    hub.act(type === "regenerate" ? { type, client_id, message_id, model_id, ...(beside ? { beside } : {}) } : { type, client_id, message_id });
  }

  function edit(message_id: number, message: string, attachments?: Attachment[], confirmed = false): void {
    const client_id = uuid();
    apply({ type: "edited", client_id, message_id, message, attachments, model_id: modelId.value, at: Date.now() });
    hub.act({ type: "edit", client_id, message_id, message, ...(confirmed ? { confirmed } : {}), ...(attachments ? { attachments: attachments.map((one) => one.document_id) } : {}) });
  }

  /** The model of the answer beside one that was refused with it. */
  const secondOf = (message: ChatMessage): string | undefined => columns.value.find(({ client_id }) => client_id === message.client_id)?.model_id ?? undefined;

  function sendAnyway(message: ChatMessage): void {
    const second = secondOf(message);
    const question = takeBack(message);
    const original = question?.replaced?.[0];
    if (original && question) edit(original.message_id, question.content, question.attachments, true);
    else if (question) send(question.content, { attachments: question.attachments, confirmed: true, beside_model_id: second });
  }

  /** A failed answer again; one that never got as far as the server is asked anew, of both models when there were two. */
  function retry(message: ChatMessage, model_id?: string): void {
    if (message.message_id > 0) return rerun("regenerate", message.message_id, { model_id });
    const second = secondOf(message);
    const question = takeBack(message);
    if (model_id) models.chosenModel = model_id;
    if (question) send(question.content, { attachments: question.attachments, beside_model_id: second });
  }

  /** Takes away a question that was refused or still waits to be sent, with its answer. @returns it, to be changed. */
  function takeBack(message: ChatMessage): ChatMessage | undefined {
    const question = messages.value.find((other) => other.role === "user" && other.client_id === message.client_id);
    if (message.client_id) {
      hub.pending.delete(message.client_id);
      apply({ type: "discarded", client_id: message.client_id });
    }
    return question;
  }

  /** Stops one answer, or all that are being written in front of the reader. */
  async function stop(message?: ChatMessage): Promise<void> {
    const live = message ? [message] : [...messages.value, ...columns.value].filter(isRunning);
    await Promise.all(live.map(({ generation_id, offset }) => generation_id && hub.halt(generation_id, offset)));
  }

  /** Shows the branch through a message; of two answers side by side it chooses one. */
  async function show(message_id: number): Promise<void> {
    const id = sessionId.value;
    if (!id) return;
    await request("PATCH", `/api/chat/session/${id}`, { json: { current_message_id: message_id } });
    await refresh(id);
  }

  /** @returns the message that is shown now, null when there is none on that side. */
  async function showSibling(message: Pick<Message, "siblings" | "message_id">, step: -1 | 1): Promise<number | null> {
    const target = message.siblings[message.siblings.indexOf(message.message_id) + step];
    if (target === undefined) return null;
    await show(target);
    return target;
  }

  return { compareWith, send, rerun, edit, sendAnyway, retry, takeBack, stop, show, showSibling };
}
