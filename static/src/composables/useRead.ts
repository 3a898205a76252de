/** Whoever has a conversation before their eyes has read it: its mark goes, on all devices. */
import { onBeforeUnmount, ref, watch } from "vue";

import { useConversation } from "@/stores/conversation";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";

export function useRead(): void {
  const sessions = useSessions();
  const conversation = useConversation();
  const ui = useUi();
  const visible = ref(document.visibilityState === "visible");
  /** The conversation that the server was told of at this look. Not taken: it stays marked, and the next look, or the next connection, tries again. */
  const told = ref("");
  /** It was not taken. */
  let refused = false;
  const onChange = (): void => {
    visible.value = document.visibilityState === "visible";
    told.value = "";
  };

  async function tell(id: string): Promise<void> {
    told.value = id;
    refused = false;
    try {
      await sessions.patch(id, { unread: false });
    } catch {
      refused = true;
      return;
    }
    if (told.value === id) told.value = "";
  }

  watch(() => conversation.key, () => (told.value = ""), { flush: "sync" });
  watch(
    () => visible.value && conversation.session?.unread && conversation.key === conversation.session.session_id && told.value !== conversation.key,
    (seen) => {
      if (seen) void tell(conversation.key);
    },
    { immediate: true },
  );
  // The connection is back: what was refused for want of it is asked again.
  watch(
    () => ui.link,
    (link) => {
      if (refused && (link === "live" || link === "streaming")) told.value = "";
    },
  );
  document.addEventListener("visibilitychange", onChange);
  onBeforeUnmount(() => document.removeEventListener("visibilitychange", onChange));
}
