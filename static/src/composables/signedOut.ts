/** The session is over, and not because its person wished so: to the sign-in page, with a word why, and back again after it. */
import { i18n } from "@/i18n";
import { router } from "@/router";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";

export function signedOut(): void {
  const user = useUser();
  if (!user.user || user.leaving) return;
  user.user = null;
  useUi().notify((i18n.global.t as (key: string) => string)("auth.signedOut"), { ms: 15_000 });
  void router.push({ name: "login", query: { next: router.currentRoute.value.fullPath } });
}
