import { nextTick, ref, type Ref } from "vue";

import { useConversation } from "@/stores/conversation";
import { useUi } from "@/stores/ui";

/** Earlier messages come in above; what is being read stays where it is. */
export function useOlder(scroller: Ref<HTMLElement | null>): { busy: Ref<boolean>; loadOlder: () => Promise<void> } {
  const conversation = useConversation();
  const ui = useUi();
  const busy = ref(false);

  async function loadOlder(): Promise<void> {
    const element = scroller.value;
    if (busy.value || !element) return;
    busy.value = true;
    const fromEnd = element.scrollHeight - element.scrollTop;
    try {
      await conversation.loadOlder();
      await nextTick();
      element.scrollTop = element.scrollHeight - fromEnd;
    } catch (cause) {
      ui.notify((cause as Error).message, { tone: "danger" });
    } finally {
      busy.value = false;
    }
  }

  return { busy, loadOlder };
}
