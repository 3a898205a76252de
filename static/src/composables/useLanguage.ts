import { useI18n } from "vue-i18n";

import { useModels } from "@/stores/models";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import type { Locale } from "@/types/api";

/** Changes the language of the page, of the server's sentences, and of the roles; says so where it cannot. */
export function useLanguage(): (locale: Locale) => Promise<void> {
  const user = useUser();
  const models = useModels();
  const ui = useUi();
  const { t } = useI18n();
  return async (locale) => {
    try {
      await user.setLocale(locale);
    } catch {
      ui.notify(t("errors.language"), { tone: "danger" });
      return;
    }
    if (models.loaded) await models.reloadRoles().catch(() => undefined);
  };
}
