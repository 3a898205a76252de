/** Using roles, and deleting one's own with a way back. */
import { onBeforeUnmount, onMounted, type Ref } from "vue";
import { useI18n } from "vue-i18n";

import { useChoice } from "@/composables/useChoice";
import { useNewChat } from "@/composables/useNewChat";
import { commitRole, doomedRoles, flushRoles, undoRole } from "@/composables/doomedRoles";
import { useConversation } from "@/stores/conversation";
import { useModels } from "@/stores/models";
import { UNDO_MS } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import type { Role } from "@/types/api";

export function useOwnRoles(): { doomed: Ref<Set<string>>; use: (slug: string) => Promise<void>; remove: (role: Role) => void } {
  const { t } = useI18n();
  const ui = useUi();
  const models = useModels();
  const conversation = useConversation();
  const newChat = useNewChat();
  const { chooseRole } = useChoice();

  /** An empty conversation takes the role; one with words in it stays as it is, and a new one begins. */
  async function use(slug: string): Promise<void> {
    if (conversation.messages.length) newChat();
    await chooseRole(slug);
  }

  /** Gone at once; deleted when nobody takes it back in time. */
  function remove(role: Role): void {
    doomedRoles.value = new Set([...doomedRoles.value, role.slug]);
    const timer = window.setTimeout(() => void finish(role.slug), UNDO_MS);
    const run = (): void => {
      window.clearTimeout(timer);
      undoRole(role.slug);
    };
    ui.notify(t("roles.deleted", { name: role.name }), { ms: UNDO_MS, action: { label: t("app.undo"), run } });
  }

  async function finish(slug: string): Promise<void> {
    try {
      await commitRole(slug);
      models.roles = models.roles.filter((role) => role.slug !== slug);
    } catch (cause) {
      ui.notify((cause as Error).message, { tone: "danger" });
    }
    await models.reloadRoles().catch(() => undefined);
  }

  onMounted(() => window.addEventListener("pagehide", flushRoles));
  onBeforeUnmount(() => doomedRoles.value.size || window.removeEventListener("pagehide", flushRoles));
  return { doomed: doomedRoles, use, remove };
}
