/**
 * What is being written in the open conversation: its text and attachments (a draft), and what waits behind the running
 * answer (the queue). Here is what the first paint needs; what reaches the server comes with ComposerExtras.
 */
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";

import { uuid } from "@/lib/ids";
import { readDraft, writeDraft, type LocalDraft } from "@/lib/writing/drafts";
import { records } from "@/lib/writing/records";
import { useUser } from "@/stores/user";
import type { Attachment } from "@/types/api";

/** An attachment on its way: without `document` it is being stored, or could not be (`error`). */
export interface Attaching {
  key: string;
  name: string;
  chars: number;
  document: Attachment | null;
  error: string;
  /** What to store (again); a pasted text can be turned back into text. */
  source: File | string | null;
}

export interface Queued {
  client_id: string;
  session: string;
  text: string;
  attachments: Attachment[];
  at: number;
}

export const useWriting = defineStore("writing", () => {
  const user = useUser();
  const owner = computed(() => user.user?.id ?? 0);
  const session = ref<string | null>(null);
  const text = ref("");
  const attaching = shallowRef<Attaching[]>([]);
  const version = ref(0);
  /** What the server has, as `signature` says it; null: something else than this. */
  const synced = ref<string | null>("");
  /** What waits here for the answer to end, and why it goes on waiting when it has. */
  const queue = shallowRef<Queued[]>([]);
  const held = ref(false);
  /** The list of commands is open and takes keys first. */
  const keys = shallowRef<((event: KeyboardEvent) => boolean) | null>(null);

  const stored = records<Queued>(() => `aihelper.queue.${owner.value}.`);
  const attachments = computed(() => attaching.value.flatMap(({ document }) => (document ? [document] : [])));
  const uploading = computed(() => attaching.value.some(({ document, error }) => !document && !error));
  const broken = computed(() => attaching.value.some(({ error }) => error));
  const signature = computed(() => signatureOf(text.value, attachments.value));
  const dirty = computed(() => signature.value !== synced.value);
  const empty = computed(() => !text.value.trim() && !attaching.value.length);

  function signatureOf(words: string, attached: readonly Attachment[]): string {
    return words + attached.map(({ document_id }) => `\n\0${document_id}`).join("");
  }

  /** Puts a text there, and these attachments in place of those that are there. */
  function fill(words: string, attached?: readonly Attachment[]): void {
    text.value = words;
    attaching.value = attached?.map((document) => ({ key: document.document_id, name: document.name, chars: document.chars, document, error: "", source: null })) ?? attaching.value;
  }

  function show(draft: LocalDraft): void {
    fill(draft.text, draft.attachments);
    version.value = draft.version;
    synced.value = draft.dirty ? null : signatureOf(draft.text, draft.attachments);
  }

  /** Another conversation is open. `born`: it is the one that was new, and what is written goes along. */
  function open(id: string | null, born: boolean): void {
    if (born) {
      writeDraft(owner.value, session.value, { text: "", attachments: [], version: version.value, dirty: false, at: 0 });
      version.value = 0;
      synced.value = empty.value ? "" : null;
      for (const item of queue.value) enqueue({ ...item, session: id! });
    }
    session.value = id;
    if (born) save();
    else show(readDraft(owner.value, id));
    loadQueue();
  }

  /** Keeps the draft in this browser. */
  function save(): void {
    writeDraft(owner.value, session.value, { text: text.value, attachments: attachments.value, version: version.value, dirty: dirty.value, at: Date.now() });
  }

  /** Takes what the server has, as it is there. */
  function adopt(draft: { text: string; attachments: Attachment[]; version: number }): void {
    show({ ...draft, dirty: false, at: 0 });
    save();
  }

  /** The server has this now; what was written meanwhile stays dirty. */
  function confirm(draft: { text: string; attachments: Attachment[]; version: number }): void {
    version.value = draft.version;
    synced.value = signatureOf(draft.text, draft.attachments);
    save();
  }

  /** It is on its way as a message. @returns what goes with it; the field is empty. */
  function take(): { text: string; attachments: Attachment[]; draft_version: number } {
    const taken = { text: text.value.trim(), attachments: attachments.value, draft_version: version.value };
    text.value = "";
    attaching.value = [];
    // The server empties the draft together with the message.
    synced.value = "";
    save();
    return taken;
  }

  function loadQueue(): void {
    queue.value = session.value ? stored.all().filter((item) => item.session === session.value) : [];
    held.value = false;
  }

  /** The client_id is made here, once: two tabs that send the same item send the same message. */
  function enqueue(item: { text: string; attachments: Attachment[]; client_id?: string; session?: string; at?: number }): void {
    const whole: Queued = { client_id: uuid(), session: session.value ?? "", at: Date.now() + queue.value.length / 1000, ...item };
    if (whole.session) stored.put(whole.client_id, whole);
    queue.value = [...queue.value.filter(({ client_id }) => client_id !== whole.client_id), whole];
  }

  function unqueue(clientId: string): void {
    stored.drop(clientId);
    queue.value = queue.value.filter(({ client_id }) => client_id !== clientId);
    if (!queue.value.length) held.value = false;
  }

  return {
    session, text, attaching, version, synced, queue, held, keys, attachments, uploading, broken, dirty, empty,
    queuedEverywhere: stored.all, isQueueKey: stored.idOf,
    open, fill, save, adopt, confirm, take, loadQueue, enqueue, unqueue,
  };
});
