/** Whoever has a conversation before their eyes has read it: its mark goes, on all devices. */
import { onBeforeUnmount, ref, watch } from "vue";

import { useConversation } from "@/stores/conversation";
import { useSessions } from "@/stores/sessions";

export function useRead(): void {
  const sessions = useSessions();
  const conversation = useConversation();
  const visible = ref(document.visibilityState === "visible");
  /** The conversation that the server was told of at this look. Not taken: it stays marked, and the next look tries again. */
  const told = ref("");
  const onChange = (): void => {
    visible.value = document.visibilityState === "visible";
    told.value = "";
  };

  async function tell(id: string): Promise<void> {
    told.value = id;
    await sessions.patch(id, { unread: false });
    if (told.value === id) told.value = "";
  }

  watch(() => conversation.key, () => (told.value = ""), { flush: "sync" });
  watch(
    () => visible.value && conversation.session?.unread && conversation.key === conversation.session.session_id && told.value !== conversation.key,
    (seen) => {
      if (seen) void tell(conversation.key).catch(() => undefined);
    },
    { immediate: true },
  );
  document.addEventListener("visibilitychange", onChange);
  onBeforeUnmount(() => document.removeEventListener("visibilitychange", onChange));
}
