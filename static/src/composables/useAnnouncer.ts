/** Says a growing answer to a screen reader by the sentence, at most once in two seconds, never by the token. */
import { computed, onBeforeUnmount, shallowRef, watch, type ComputedRef, type ShallowRef } from "vue";
import { useI18n } from "vue-i18n";

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
  let key: string | null = null;
  let said = 0;
  let last = 0;

  function say(text: string): void {
    if (text) spoken.value = [...spoken.value.slice(-2), { id: ++last, text }];
  }

  function speak(): void {
    const running = conversation.running;
    if (running && running.key !== key) {
      key = running.key;
      said = running.content.length;
    }
    const message = running ?? conversation.messages.find((other) => other.key === key);
    if (!message || key === null) return;
    const fresh = message.content.slice(said);
    if (!running) {
      say(plain(fresh));
      key = null;
      return;
    }
    const { sentences, length } = takeSentences(fresh);
    said += length;
    say(sentences);
  }

  const timer = window.setInterval(speak, EVERY);
  watch(() => conversation.running?.key, speak);
  onBeforeUnmount(() => window.clearInterval(timer));

  const state = computed(() => (conversation.running ? t("chat.writing") : key === null ? "" : t("chat.finished")));
  return { spoken, state };
}
