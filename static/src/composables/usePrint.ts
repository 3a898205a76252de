/** Prints a conversation: opened, fetched to its beginning, drawn, then handed to the browser, which also makes PDFs. */
import { nextTick } from "vue";
import { useRouter } from "vue-router";

import { request } from "@/lib/transport/api";
import { useConversation } from "@/stores/conversation";
import type { SessionDetail } from "@/types/api";

const DRAWN_MS = 400;

export function usePrint(): (sessionId: string) => Promise<void> {
  const router = useRouter();
  const conversation = useConversation();

  return async function print(sessionId) {
    if (conversation.key !== sessionId) {
      await router.push(`/c/${sessionId}`);
      await conversation.open(sessionId);
    }
    const detail = await request<SessionDetail>("GET", `/api/chat/session/${sessionId}?reach=0`);
    if (conversation.key !== sessionId) return;
    conversation.apply({ type: "loaded", detail });
    await nextTick();
    // The list draws everything when it hears this; formulas and code take a moment.
    window.dispatchEvent(new Event("beforeprint"));
    await document.fonts.ready;
    await new Promise((resolve) => window.setTimeout(resolve, DRAWN_MS));
    window.print();
  };
}
