/** What the search offers before anything is typed: the commands that somebody on the page answers, and recent chats. */
import { computed, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";

import type { IconName } from "@/components/base/icons";
import { useNewChat } from "@/composables/useNewChat";
import type { Option } from "@/composables/useSearchOptions";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";

export interface StartGroup {
  name: "commands" | "recent";
  options: (Option & { label: string; icon: IconName })[];
}

const RECENT = 8;

export function useSearchStart(): ComputedRef<StartGroup[]> {
  const { t } = useI18n();
  const sessions = useSessions();
  const ui = useUi();
  const newChat = useNewChat();

  return computed(() => {
    const recent = [...sessions.rows].sort((a, b) => b.update_time.localeCompare(a.update_time)).slice(0, RECENT);
    const groups: StartGroup[] = [
      {
        name: "recent",
        options: recent.map((session) => ({
          id: `recent-${session.session_id}`,
          to: `/c/${session.session_id}`,
          label: session.title || t("sidebar.untitled"),
          icon: "chat",
        })),
      },
      {
        name: "commands",
        options: [
          { id: "command-new", run: newChat, label: t("sidebar.newChat"), icon: "compose" },
          { id: "command-export", run: () => ui.show("export"), label: t("search.exportAll"), icon: "download" },
          { id: "command-settings", run: () => ui.show("settings"), label: t("menu.settings"), icon: "settings" },
        ],
      },
    ];
    return groups.filter(({ options }) => options.length);
  });
}
