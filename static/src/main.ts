import { createPinia } from "pinia";
import { createApp } from "vue";

import "@/styles/tokens.css";
import "@/styles/base.css";
import "@/styles/markdown.css";
import { boot } from "@/boot";
import App from "@/App.vue";
import { signedOut } from "@/composables/signedOut";
import { loadMarkdown } from "@/composables/useMarkdown";
import { i18n, loadLocale } from "@/i18n";
import { applyTheme } from "@/lib/theme";
import { configureApi } from "@/lib/transport/api";
import { settleFarewell } from "@/lib/transport/farewell";
import { router } from "@/router";
import { useUser } from "@/stores/user";

/** The first message has been drawn by then, also on a slow phone. */
const REST = 3000;
/** Once the page is at rest, or at once where there is no network. */
const offline = (): Promise<typeof import("@/lib/offline")> => rested.then(() => import("@/lib/offline"));
const rested = new Promise<void>((done) => {
  if (boot.offline) done();
  else window.addEventListener("load", () => window.setTimeout(done, REST));
});

settleFarewell(boot);
const app = createApp(App);
app.use(createPinia());
app.use(i18n);

const user = useUser();
const translate = i18n.global.t as (key: string) => string;
applyTheme(user.theme);
configureApi({
  sentences: () => ({ offline: translate("errors.offline"), failed: translate("errors.failed") }),
  onSignedOut: signedOut,
  copies: () => offline().then(({ offlineCopies }) => offlineCopies),
});

// The shell has had it fetched already (chat/pages.py).
if (user.user) void loadMarkdown();
void Promise.all([loadLocale(user.locale), boot.offline && offline().then(({ restoreUser }) => restoreUser())]).then(() => {
  app.use(router);
  app.mount("#app");
  void offline().then(({ start }) => start(), () => undefined);
});
