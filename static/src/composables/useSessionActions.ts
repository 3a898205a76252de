import { ref, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";

import { useNewChat } from "@/composables/useNewChat";
import { useConversation } from "@/stores/conversation";
import { UNDO_MS, useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import type { Session } from "@/types/api";

export function useSessionActions(session: () => Session): {
  renaming: Ref<boolean>;
  rename: (title: string) => Promise<void>;
  remove: () => void;
  togglePin: () => Promise<void>;
} {
  const { t } = useI18n();
  const router = useRouter();
  const sessions = useSessions();
  const conversation = useConversation();
  const ui = useUi();
  const newChat = useNewChat();
  const renaming = ref(false);

  async function patch(changes: Partial<Session>): Promise<void> {
    await sessions.patch(session().session_id, changes).catch((cause: Error) => ui.notify(cause.message, { tone: "danger" }));
  }

  async function rename(title: string): Promise<void> {
    renaming.value = false;
    await patch({ title });
  }

  function remove(): void {
    const { session_id, title } = session();
    const wasOpen = conversation.key === session_id;
    if (wasOpen) newChat();
    sessions.remove(session_id);
    const run = (): void => {
      sessions.undo(session_id);
      if (wasOpen && !conversation.messages.length) void router.push(`/c/${session_id}`);
    };
    ui.notify(t("sidebar.deleted", { title: title || t("sidebar.untitled") }), { ms: UNDO_MS, action: { label: t("app.undo"), run } });
  }

  return { renaming, rename, remove, togglePin: () => patch({ pinned: !session().pinned }) };
}
