/** Says a growing answer to a screen reader by the sentence, at most once in two seconds, never by the token. */
import { computed, onBeforeUnmount, ref, shallowRef, watch, type ComputedRef, type ShallowRef } from "vue";
import { useI18n } from "vue-i18n";

import { isRunning } from "@/chat/types";
import { plain, takeSentences } from "@/lib/sentences";
import { useConversation } from "@/stores/conversation";

const EVERY = 2000;

interface Line {
  id: number;
  text: string;
}

export function useAnnouncer(): { spoken: ShallowRef<Line[]>; state: ComputedRef<string> } {
  const { t } = useI18n();
  const conversation = useConversation();
  const spoken = shallowRef<Line[]>([]);
  const complete = ref(false);
  /** The answer that is being said, and how much of it has been. */
  let key: string | null = null;
  let said = 0;
  let last = 0;

  function say(text: string): void {
    if (text) spoken.value = [...spoken.value.slice(-2), { id: ++last, text }];
  }

  /** An answer that somebody comes to in its middle is said from there on; one that has just made its conversation, whole. */
  function begin(answer: { key: string; content: string }): void {
    key = answer.key;
    said = conversation.key === conversation.born ? 0 : answer.content.length;
    complete.value = false;
  }

  /** Says what is left; nothing of an answer that is out of sight, or still being written beside another. */
  function end(): void {
    const answer = [...conversation.messages, ...conversation.columns].find((message) => message.key === key);
    key = null;
    if (!answer || isRunning(answer)) return;
    say(plain(answer.content.slice(said)));
    complete.value = answer.status === "completed";
  }

  function speak(): void {
    const { running } = conversation;
    if (key !== null && running?.key !== key) end();
    if (!running) return;
    if (key === null) begin(running);
    const { sentences, length } = takeSentences(running.content.slice(said));
    said += length;
    say(sentences);
  }

  const timer = window.setInterval(speak, EVERY);
  watch(() => conversation.running?.key, speak, { immediate: true });
  watch(
    () => conversation.key,
    (opened) => (complete.value &&= opened === conversation.born),
  );
  onBeforeUnmount(() => window.clearInterval(timer));

  const state = computed(() => (conversation.running ? t("chat.writing") : complete.value ? t("chat.finished") : ""));
  return { spoken, state };
}
