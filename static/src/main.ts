import { createPinia } from "pinia";
import { createApp } from "vue";

import "@/styles/tokens.css";
import "@/styles/base.css";
import "@/styles/markdown.css";
import App from "@/App.vue";
import { signedOut } from "@/composables/signedOut";
import { i18n, loadLocale } from "@/i18n";
import { applyTheme } from "@/lib/theme";
import { configureApi } from "@/lib/transport/api";
import { router } from "@/router";
import { useUser } from "@/stores/user";

const app = createApp(App);
app.use(createPinia());
app.use(i18n);

const user = useUser();
const translate = i18n.global.t as (key: string) => string;
applyTheme(user.theme);
configureApi({
  sentences: () => ({ offline: translate("errors.offline"), failed: translate("errors.failed") }),
  onSignedOut: signedOut,
});

void loadLocale(user.locale).then(() => {
  app.use(router);
  app.mount("#app");
});
