import { useModels } from "@/stores/models";
import { useUser } from "@/stores/user";
import type { Locale } from "@/types/api";

/** Changes the language of the page, of the server's sentences, and of the roles. */
export function useLanguage(): (locale: Locale) => Promise<void> {
  const user = useUser();
  const models = useModels();
  return async (locale) => {
    await user.setLocale(locale);
    if (models.loaded) await models.reloadRoles().catch(() => undefined);
  };
}
