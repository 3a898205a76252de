/** The rules of the composer: what Enter means, when Send is possible, where the focus goes. */
import { computed, nextTick, onBeforeUnmount, onMounted, watch, type ComputedRef, type Ref } from "vue";

import { boot } from "@/boot";
import { provideComposer } from "@/composables/useComposerBus";
import { useDraft } from "@/composables/useDraft";
import { useImeGuard } from "@/composables/useImeGuard";
import { characters } from "@/chat/messages";
import { useConversation } from "@/stores/conversation";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";

/** From this share of the limit on, the count is shown. */
const SHOW_FROM = 0.9;

export function useComposer(area: Ref<HTMLTextAreaElement | null>): {
  text: Ref<string>;
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
  const ime = useImeGuard();
  const limit = boot.max_message_chars;
  const { text, keep } = useDraft(
    () => user.user?.id ?? 0,
    () => (conversation.key.startsWith("new") ? null : conversation.key),
    () => conversation.born,
  );
  const count = computed(() => (text.value.length < limit * 0.5 ? text.value.length : characters(text.value)));
  const canSend = computed(() => text.value.trim() !== "" && count.value <= limit && !conversation.running);

  function submit(): void {
    if (!canSend.value) return;
    const message = text.value.trim();
    text.value = "";
    conversation.send(message);
    focus();
  }

  function stop(): void {
    void conversation.stop().catch((cause: Error) => ui.notify(cause.message, { tone: "danger" }));
  }

  function onKeydown(event: KeyboardEvent): void {
    if (event.key !== "Enter" || ime.composing(event)) return;
    const needsCtrl = user.preferences.send_key === "ctrl_enter";
    const withCtrl = event.ctrlKey || event.metaKey;
    if (event.shiftKey || event.altKey || needsCtrl !== withCtrl) return;
    event.preventDefault();
    submit();
  }

  function focus(): void {
    void nextTick(() => area.value?.focus({ preventScroll: true }));
  }

  /** Leaving before the server has taken a message: it is found again as a draft. */
  function rescue(): void {
    const waiting = conversation.messages.find((message) => message.role === "user" && message.client_id !== null);
    if (waiting && !text.value) keep(waiting.content);
  }

  function fill(value: string): void {
    text.value = value;
    focus();
  }

  // A phone would open its keyboard over what the reader came to read.
  const wide = (): boolean => !matchMedia("(pointer: coarse)").matches;

  onMounted(() => {
    provideComposer({ fill, focus });
    window.addEventListener("pagehide", rescue);
    if (wide()) focus();
  });
  onBeforeUnmount(() => {
    window.removeEventListener("pagehide", rescue);
    provideComposer(null);
  });
  watch(
    () => conversation.key,
    () => wide() && focus(),
  );

  return { text, count, limit, showCount: computed(() => count.value > limit * SHOW_FROM), canSend, submit, stop, onKeydown, ime };
}
