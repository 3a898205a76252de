import { onBeforeUnmount, watchEffect } from "vue";
import { useI18n } from "vue-i18n";

import { useConversation } from "@/stores/conversation";

/** The tab is named after the conversation in it. */
export function usePageTitle(): void {
  const { t } = useI18n();
  const conversation = useConversation();
  watchEffect(() => {
    const title = conversation.session?.title;
    document.title = title ? `${title} · ${t("app.name")}` : t("app.name");
  });
  onBeforeUnmount(() => (document.title = t("app.name")));
}
