/**
 * The draft in step with the server and the person's other devices. What is written here is kept here first; the server
 * has it 600 ms after the last key. When another device wrote meanwhile, the newer text stays in the field and the other
 * one is offered beside it: nothing is overwritten unseen.
 */
import { onBeforeUnmount, onMounted, shallowRef, watch, type ShallowRef } from "vue";

import { readDraft, writeDraft } from "@/lib/writing/drafts";
import { request } from "@/lib/transport/api";
import { conflictOf, draftPath, putDraft } from "@/lib/writing/stored";
import { useChanges } from "@/stores/changes";
import { useUser } from "@/stores/user";
import { useWriting } from "@/stores/writing";
import type { Attachment } from "@/types/api";
import type { Draft } from "@/types/writing";

export const WAIT_MS = 600;
/** A note that comes so soon after our own writing is about it. */
const ECHO_MS = 1500;
/** Browsers let no more than 64 kB outlive the page. */
const KEEPALIVE_CHARS = 15_000;

export interface Other {
  text: string;
  attachments: Attachment[];
}

export function useDraftSync(isFocused: () => boolean): { other: ShallowRef<Other | null>; useOther: () => void; dismiss: () => void } {
  const writing = useWriting();
  const changes = useChanges();
  const user = useUser();
  const owner = user.user?.id ?? 0;
  const other = shallowRef<Other | null>(null);
  /** What was asked for may come when another conversation is open, or even another person is here. */
  const isOpen = (session: string | null): boolean => session === writing.session && user.user?.id === owner;
  let timer = 0;
  let echo = 0;
  let busy = false;
  let wroteAt = -Infinity;

  function schedule(): void {
    window.clearTimeout(timer);
    if (writing.dirty) timer = window.setTimeout(() => void push(), WAIT_MS);
  }

  async function push(keepalive = false): Promise<void> {
    window.clearTimeout(timer);
    if (!writing.dirty || (busy && !keepalive)) return;
    const session = writing.session;
    const { text, attachments, version } = writing;
    busy = true;
    wroteAt = Date.now();
    try {
      const draft = await putDraft(session, { text, attachments, version }, { keepalive });
      if (isOpen(session)) writing.confirm(draft);
      else settle(session, draft);
    } catch (cause) {
      const stored = conflictOf(cause);
      if (stored && isOpen(session)) differ(stored, true);
      // Anything else (no network, too long): it stays here, and is tried again with the next key or connection.
      else if (!stored) return;
    } finally {
      busy = false;
    }
    schedule();
  }

  /** The draft of a conversation that was left meanwhile has arrived. */
  function settle(session: string | null, draft: Draft): void {
    const local = readDraft(owner, session);
    if (local.text === draft.text) writeDraft(owner, session, { ...local, version: draft.version, dirty: false });
  }

  async function pushLeft(session: string | null): Promise<void> {
    const local = readDraft(owner, session);
    if (!local.dirty) return;
    await putDraft(session, local).then((draft) => settle(session, draft)).catch(() => undefined);
  }

  /** Asks what the server has, and takes it unless something newer was written here. */
  async function pull(): Promise<void> {
    const session = writing.session;
    const stored = await request<Draft>("GET", draftPath(session)).catch(() => null);
    if (!stored || !isOpen(session) || stored.version === writing.version) return schedule();
    const sentElsewhere = !stored.text && !stored.attachments.length;
    // Never under somebody's hands: what is typed next meets the other version as a conflict.
    if (!writing.dirty) {
      if (sentElsewhere || writing.empty || !isFocused()) writing.adopt(stored);
    } else differ(stored, readDraft(owner, session).at > Date.parse(stored.update_time));
  }

  /** Both sides wrote. `ours`: what stands here is the newer. */
  function differ(stored: Draft, ours: boolean): void {
    const mine = { text: writing.text, attachments: writing.attachments };
    if (ours || !(stored.text || stored.attachments.length)) writing.version = stored.version;
    else writing.adopt(stored);
    const lost = writing.text === mine.text ? stored : mine;
    const isPart = writing.text.startsWith(lost.text.trim()) && lost.attachments.length <= writing.attachments.length;
    if (!isPart) other.value = { text: lost.text, attachments: lost.attachments };
    writing.save();
    schedule();
  }

  /** The other one into the field; what stood there is offered in its place. */
  function useOther(): void {
    if (!other.value) return;
    const { text, attachments } = other.value;
    other.value = writing.empty ? null : { text: writing.text, attachments: writing.attachments };
    writing.fill(text, attachments);
  }

  function onChange(): void {
    window.clearTimeout(echo);
    if (writing.dirty) return schedule();
    // It may be about our own writing: asked for once that has become quiet.
    const since = Date.now() - wroteAt;
    if (since > ECHO_MS) void pull();
    else echo = window.setTimeout(onChange, ECHO_MS - since + 1);
  }

  function flush(): void {
    if (writing.text.length <= KEEPALIVE_CHARS) void push(true);
  }

  const off = changes.on("draft:", (what) => {
    // "draft:" alone is the draft of the next conversation, and what is said after a break: look in both cases.
    if (what === "draft:" || what === `draft:${writing.session ?? ""}`) onChange();
  });
  watch([() => writing.text, () => writing.attachments], schedule);
  watch(
    () => writing.session,
    (_now, before) => {
      window.clearTimeout(timer);
      other.value = null;
      void pushLeft(before);
      void pull();
    },
  );
  onMounted(() => {
    window.addEventListener("pagehide", flush);
    void pull();
  });
  onBeforeUnmount(() => {
    off();
    window.removeEventListener("pagehide", flush);
    flush();
    window.clearTimeout(timer);
    window.clearTimeout(echo);
  });

  return { other, useOther, dismiss: () => (other.value = null) };
}
