/** All conversations into the trash, a page at a time; how far it has come is shown. */
import { ref, type Ref } from "vue";

import { request } from "@/lib/transport/api";
import { useConversation } from "@/stores/conversation";
import { useSessions } from "@/stores/sessions";
import type { SessionPage } from "@/types/api";

const PAGE = 100;

export function useDeleteChats(): { busy: Ref<boolean>; done: Ref<number | null>; error: Ref<string>; run: () => Promise<void> } {
  const sessions = useSessions();
  const conversation = useConversation();
  const busy = ref(false);
  const done = ref<number | null>(null);
  const error = ref("");

  /** Those of one list, archived or not. What was deleted is gone from the next page, so the first is asked for each time. */
  async function empty(list: string): Promise<void> {
    for (;;) {
      const page = await request<SessionPage>("GET", `/api/chat/sessions?limit=${PAGE}${list}`);
      const session_ids = page.sessions.map((session) => session.session_id);
      if (!session_ids.length) return;
      const { changed } = await request<{ changed: string[] }>("POST", "/api/chat/sessions/bulk", { json: { action: "delete", session_ids } });
      if (!changed.length) return;
      done.value = (done.value ?? 0) + changed.length;
    }
  }

  async function run(): Promise<void> {
    busy.value = true;
    error.value = "";
    done.value = 0;
    try {
      await empty("");
      await empty("&archived=true");
    } catch (cause) {
      error.value = (cause as Error).message;
    } finally {
      busy.value = false;
      // Where nothing was deleted, what is open is still there.
      if (done.value) conversation.openNew();
      await sessions.load();
    }
  }

  return { busy, done, error, run };
}
