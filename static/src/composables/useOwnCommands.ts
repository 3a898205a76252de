/** The commands that belong to no part of the page in particular. */
import { onBeforeUnmount } from "vue";
import { useI18n } from "vue-i18n";

import { useComposerBus } from "@/composables/useComposerBus";
import { copyText } from "@/composables/useCopy";
import { useNewChat } from "@/composables/useNewChat";
import { lastCode } from "@/lib/lastCode";
import { useCommands, type CommandName } from "@/stores/commands";
import { useConversation } from "@/stores/conversation";
import { useUi } from "@/stores/ui";

export function useOwnCommands(): void {
  const { t } = useI18n();
  const ui = useUi();
  const conversation = useConversation();
  const commands = useCommands();
  const bus = useComposerBus();
  const newChat = useNewChat();

  /** The latest answer that has what is looked for. */
  function latest(find: (content: string) => string | null): string | null {
    const answers = conversation.messages.filter((message) => message.role === "assistant").reverse();
    for (const answer of answers) {
      const text = find(answer.content);
      if (text) return text;
    }
    return null;
  }

  async function copyLatest(find: (content: string) => string | null, done: string, none: string): Promise<void> {
    const text = latest(find);
    const said = text ? ((await copyText(text)) ? done : t("chat.notCopied")) : none;
    ui.notify(said, { ms: 3000, tone: said === t("chat.notCopied") ? "danger" : "plain" });
  }

  async function deleteOpen(): Promise<void> {
    const id = conversation.session?.session_id;
    if (id) await (await import("@/composables/sidebar/bulk")).bulk("delete", [id]);
  }

  function toggleSidebar(): void {
    if (window.innerWidth < 900) ui.drawer = !ui.drawer;
    else ui.setCollapsed(!ui.collapsed);
  }

  const handlers: Partial<Record<CommandName, () => void>> = {
    "chat.new": () => {
      newChat();
      bus.focus();
    },
    "chat.delete": () => void deleteOpen(),
    "chat.stop": () => void conversation.stop().catch((cause: Error) => ui.notify(cause.message, { tone: "danger" })),
    "composer.focus": () => bus.focus(),
    "copy.answer": () => void copyLatest((content) => content.trim() || null, t("shortcuts.answerCopied"), t("shortcuts.noAnswer")),
    "copy.code": () => void copyLatest(lastCode, t("shortcuts.codeCopied"), t("shortcuts.noCode")),
    "sidebar.toggle": toggleSidebar,
    "help.open": () => ui.show("shortcuts"),
    "settings.open": () => ui.show("settings"),
    "roles.open": () => ui.show("roles"),
  };
  const off = Object.entries(handlers).map(([name, handler]) => commands.on(name as CommandName, handler));
  onBeforeUnmount(() => off.forEach((stop) => stop()));
}
