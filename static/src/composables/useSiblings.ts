/** Going from one version of a message to the next: the reader's place and the keyboard's stay where they were. */
import { computed, nextTick, ref, type ComputedRef, type Ref } from "vue";

import type { ChatMessage } from "@/chat/types";
import { useConversation } from "@/stores/conversation";
import { useUi } from "@/stores/ui";

export function useSiblings(message: () => ChatMessage, root: Ref<HTMLElement | null>): {
  ids: ComputedRef<number[]>;
  index: ComputedRef<number>;
  busy: Ref<boolean>;
  go: (step: -1 | 1) => Promise<void>;
} {
  const conversation = useConversation();
  const ui = useUi();
  const busy = ref(false);
  const ids = computed(() => message().siblings.filter((id) => !conversation.state.removed.includes(id)));
  const index = computed(() => ids.value.indexOf(message().message_id));

  async function go(step: -1 | 1): Promise<void> {
    if (busy.value || ids.value[index.value + step] === undefined) return;
    busy.value = true;
    const scroller = root.value?.closest<HTMLElement>('[data-test="message-list"]');
    const top = root.value?.closest("article")?.getBoundingClientRect().top;
    const focused = root.value?.contains(document.activeElement);
    try {
      const target = await conversation.showSibling({ message_id: message().message_id, siblings: ids.value }, step);
      await nextTick();
      const shown = scroller?.querySelector<HTMLElement>(`[data-message="${target}"]`);
      if (!shown || top === undefined) return;
      scroller!.scrollTop += shown.getBoundingClientRect().top - top;
      if (focused) shown.querySelector<HTMLElement>(`[data-test="sibling-${step < 0 ? "previous" : "next"}"]`)?.focus({ preventScroll: true });
    } catch (cause) {
      ui.notify((cause as Error).message, { tone: "danger" });
    } finally {
      busy.value = false;
    }
  }

  return { ids, index, busy, go };
}
