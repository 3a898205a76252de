/** The page behind a shared link: what the server has put into it, and nothing of the chat's own machinery. */
import { createPinia } from "pinia";
import { createApp } from "vue";

import "@/styles/tokens.css";
import "@/styles/base.css";
import "@/styles/markdown.css";
import { i18n, initialLocale, loadLocale, loadTexts } from "@/i18n";
import { boot } from "@/boot";
import { readItem } from "@/lib/storage";
import { applyTheme } from "@/lib/theme";
import { configureApi } from "@/lib/transport/api";
import { settleFarewell } from "@/lib/transport/farewell";
import SharePage from "@/pages/SharePage.vue";
import type { Theme } from "@/types/api";
import type { SharedChat } from "@/types/share";

settleFarewell(boot);
const chat = JSON.parse(document.getElementById("shared")!.textContent!) as SharedChat & { token: string };
const translate = i18n.global.t as (key: string) => string;
const locale = boot.user?.locale || initialLocale(readItem("aihelper.locale"), boot.locale, navigator.language);

applyTheme((boot.user?.preferences.theme ?? (readItem("aihelper.theme") as Theme | null)) || "system");
configureApi({
  sentences: () => ({ offline: translate("errors.offline"), failed: translate("errors.failed") }),
  // Whoever is not signed in any more is asked to, by the button.
  onSignedOut: () => undefined,
});

void loadLocale(locale)
  .then(() => loadTexts("shared"))
  .then(() => createApp(SharePage, { chat }).use(createPinia()).use(i18n).mount("#app"));
