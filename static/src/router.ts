import { createRouter, createWebHistory } from "vue-router";

import ChatPage from "@/pages/ChatPage.vue";
import { useUser } from "@/stores/user";

export const router = createRouter({
  history: createWebHistory("/"),
  routes: [
    { path: "/login", name: "login", component: () => import("@/pages/LoginPage.vue"), meta: { open: true } },
    { path: "/register", name: "register", component: () => import("@/pages/RegisterPage.vue"), meta: { open: true } },
    // Also for who is signed in: the link may be for somebody else at the same machine.
    { path: "/invite", name: "invite", component: () => import("@/pages/InvitePage.vue"), meta: { open: true, always: true } },
    // One record for both, so that the page stays mounted when a new chat gets its address.
    { path: "/:c(c)?/:id?", name: "chat", component: ChatPage },
    { path: "/:rest(.*)*", redirect: "/" },
  ],
});

router.beforeEach((to) => {
  const signedIn = useUser().user !== null;
  if (to.meta.always) return true;
  if (to.meta.open) return signedIn ? { path: "/" } : true;
  return signedIn ? true : { name: "login", query: to.fullPath === "/" ? {} : { next: to.fullPath } };
});

/** Only a path of this site: an address of another one is not followed. */
export function safeNext(next: unknown): string {
  return typeof next === "string" && /^\/(c\/[\w-]+|s\/[\w-]+(#continue)?)$/.test(next) ? next : "/";
}
