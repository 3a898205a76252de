/** Earlier messages come in above, before the reader gets there; `useStickToBottom` keeps what is being read. */
import { nextTick, onMounted, ref, type Ref } from "vue";

import { useConversation } from "@/stores/conversation";

/** In heights of the list: so far from its beginning the next page is asked for. */
const AHEAD = 3;

export interface Older {
  /** Why the last page did not come, as a sentence; then only the reader asks again. */
  failure: Ref<string>;
  loadOlder: () => Promise<void>;
}

export function useOlder(scroller: Ref<HTMLElement | null>): Older {
  const conversation = useConversation();
  const failure = ref("");
  let busy = false;

  const isNear = (): boolean => {
    const element = scroller.value;
    return element !== null && element.scrollTop < AHEAD * element.clientHeight;
  };

  async function loadOlder(): Promise<void> {
    if (busy || conversation.state.next === null) return;
    busy = true;
    failure.value = "";
    try {
      await conversation.loadOlder();
      await nextTick();
    } catch (cause) {
      failure.value = (cause as Error).message;
    } finally {
      busy = false;
    }
    look();
  }

  function look(): void {
    if (!failure.value && isNear()) void loadOlder();
  }

  onMounted(() => {
    scroller.value!.addEventListener("scroll", look, { passive: true });
    look();
  });

  return { failure, loadOlder };
}
