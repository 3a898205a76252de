/** Reading an answer aloud with the voices of the system: one answer at a time, sentence by sentence. */
import { defineStore } from "pinia";
import { ref, watch } from "vue";

import { languageTag } from "@/lib/script";
import { spoken } from "@/lib/spoken";
import { useConversation } from "@/stores/conversation";

export const useAloud = defineStore("aloud", () => {
  const speech = "speechSynthesis" in window ? window.speechSynthesis : null;
  /** Voices may come later than the page. */
  const able = ref(false);
  /** The key of the message that is being read. */
  const reading = ref<string | null>(null);
  /** Held, for some browsers lose the end of what nobody holds. */
  let now: SpeechSynthesisUtterance | null = null;

  function look(): void {
    able.value = (speech?.getVoices().length ?? 0) > 0;
  }

  function stop(): void {
    if (reading.value === null) return;
    now = null;
    reading.value = null;
    speech?.cancel();
  }

  /** One sentence, then the next: long ones are cut off by some browsers. */
  function say(sentences: string[], language: string): void {
    const [first, ...rest] = sentences;
    if (first === undefined) return stop();
    const words = (now = new SpeechSynthesisUtterance(first));
    words.lang = languageTag(first) ?? language;
    words.onend = () => now === words && say(rest, language);
    words.onerror = () => now === words && stop();
    speech!.speak(words);
  }

  /** Reads it from its beginning, or stops reading it. */
  function toggle({ key, content }: { key: string; content: string }): void {
    const stops = reading.value === key;
    stop();
    if (stops || !able.value) return;
    reading.value = key;
    say(spoken(content), languageTag(content) ?? document.documentElement.lang);
  }

  look();
  speech?.addEventListener?.("voiceschanged", look);
  watch(() => useConversation().key, stop);
  window.addEventListener("pagehide", stop);

  return { able, reading, toggle, stop };
});
