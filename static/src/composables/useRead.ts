/** Whoever has a conversation before their eyes has read it: its mark goes, on all devices. */
import { onBeforeUnmount, ref, watch } from "vue";

import { useConversation } from "@/stores/conversation";
import { useSessions } from "@/stores/sessions";

export function useRead(): void {
  const sessions = useSessions();
  const conversation = useConversation();
  const visible = ref(document.visibilityState === "visible");
  const onChange = (): void => void (visible.value = document.visibilityState === "visible");

  watch(
    () => visible.value && conversation.session?.unread && conversation.key === conversation.session.session_id,
    (seen) => {
      // Not told: it stays marked, and the next look tries again.
      if (seen) void sessions.patch(conversation.key, { unread: false }).catch(() => undefined);
    },
    { immediate: true },
  );
  document.addEventListener("visibilitychange", onChange);
  onBeforeUnmount(() => document.removeEventListener("visibilitychange", onChange));
}
