/** The rules of the composer: what Enter means, when Send is possible, where the focus goes. */
import { computed, nextTick, onBeforeUnmount, onMounted, watch, type ComputedRef, type Ref } from "vue";

import { boot } from "@/boot";
import { provideComposer } from "@/composables/useComposerBus";
import { useImeGuard } from "@/composables/useImeGuard";
import { characters } from "@/chat/messages";
import { useConversation } from "@/stores/conversation";
import { useRows } from "@/stores/rows";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import { useWriting } from "@/stores/writing";
import type { Attachment } from "@/types/api";

/** From this share of the limit on, the count is shown. */
const SHOW_FROM = 0.9;

export function useComposer(area: Ref<HTMLTextAreaElement | null>): {
  count: ComputedRef<number>;
  limit: number;
  showCount: ComputedRef<boolean>;
  canSend: ComputedRef<boolean>;
  submit: () => void;
  stop: () => void;
  onKeydown: (event: KeyboardEvent) => void;
  ime: ReturnType<typeof useImeGuard>;
} {
  const user = useUser();
  const ui = useUi();
  const conversation = useConversation();
  const writing = useWriting();
  const rows = useRows();
  const ime = useImeGuard();
  const limit = boot.max_message_chars;
  const count = computed(() => (writing.text.length < limit * 0.5 ? writing.text.length : characters(writing.text)));
  const canSend = computed(() => !writing.empty && !writing.broken && count.value <= limit);
  /** Sent while an attachment was on its way: goes when that has arrived. */
  let waits = false;
  // A phone's keyboard has one Enter, and it would open over what the reader came to read.
  const touch = (): boolean => matchMedia("(pointer: coarse)").matches;

  function submit(): void {
    waits = canSend.value && writing.uploading;
    if (!canSend.value || waits) return;
    const { text, attachments, draft_version } = writing.take();
    if (conversation.running || writing.queue.length) writing.enqueue({ text, attachments });
    else conversation.send(text, { attachments, draft_version });
    focus();
  }

  function stop(): void {
    void conversation.stop().catch((cause: Error) => ui.notify(cause.message, { tone: "danger" }));
  }

  /** Ctrl+Enter sends by either setting. On touch screens Enter always begins a line: Send is the button. */
  function sends(event: KeyboardEvent): boolean {
    if (event.shiftKey || event.altKey) return false;
    return event.ctrlKey || event.metaKey || (user.preferences.send_key !== "ctrl_enter" && !touch());
  }

  function onKeydown(event: KeyboardEvent): void {
    if (ime.composing(event) || writing.keys?.(event)) return;
    if (event.key === "Enter" && sends(event)) {
      event.preventDefault();
      submit();
    }
    if (event.key === "ArrowUp" && writing.empty && !writing.text) editLast(event);
  }

  /** As in a terminal: the last thing that was said, to be changed. */
  function editLast(event: KeyboardEvent): void {
    const last = conversation.messages.findLast(({ role, message_id }) => role === "user" && message_id > 0);
    if (!last || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    rows.edit(last.key);
  }

  function focus(): void {
    void nextTick(() => area.value?.focus({ preventScroll: true }));
  }

  function fill(value: string, attachments?: Attachment[]): void {
    writing.fill(value, attachments);
    focus();
  }

  onMounted(() => {
    provideComposer({ fill, focus });
    if (!touch()) focus();
  });
  onBeforeUnmount(() => provideComposer(null));
  watch(
    () => conversation.key,
    (key) => {
      const id = key.startsWith("new") ? null : key;
      const born = id !== null && id === conversation.born && writing.session === null;
      // What waits is of the conversation that was left; in this one another draft stands in its place.
      if (!born) waits = false;
      writing.open(id, born);
      if (!touch() && area.value) focus();
    },
    { immediate: true },
  );
  watch([() => writing.text, () => writing.attaching], writing.save);
  watch(
    () => writing.uploading,
    (uploading) => !uploading && waits && submit(),
  );

  return { count, limit, showCount: computed(() => count.value > limit * SHOW_FROM), canSend, submit, stop, onKeydown, ime };
}
