/** Everything for the time without a network, loaded when the page has nothing better to do. */
import { watch } from "vue";

import { boot } from "@/boot";
import * as copies from "@/lib/offline/copies";
import { register, watchParts } from "@/lib/offline/worker";
import { loadTexts } from "@/i18n";
import { request, type Copies } from "@/lib/transport/api";
import { useChanges } from "@/stores/changes";
import { useConversation } from "@/stores/conversation";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import type { SessionPage } from "@/types/api";

/** An answer is over: its chat is fetched once more for its copy, when the page is at rest. */
const AFTER_ANSWER = 2500;
const LIST = "/api/chat/sessions";
/** How the list was asked for. */
let listPath = LIST;

/** What api.ts asks: private windows and full disks make it forgetful, never broken. */
export const offlineCopies: Copies = {
  keep(path, body) {
    const name = copies.nameOf(path);
    if (!name || !useUser().user) return;
    if (copies.isChat(name)) useUi().copyAt = null;
    if (name.split("?")[0] === LIST) listPath = path;
    void copies.keep(name, body, Date.now()).catch(() => undefined);
  },
  async read(path) {
    const name = copies.nameOf(path);
    const copy = name ? await copies.read(name).catch(() => undefined) : undefined;
    if (name && copies.isChat(name)) useUi().copyAt = copy?.at ?? null;
    return copy?.body;
  },
};

/** The page was started without a network: it belongs to whoever was signed in here last. */
export async function restoreUser(): Promise<void> {
  const owner = await copies.owner().catch(() => undefined);
  if (owner) useUser().adopt(owner);
}

/** What this browser holds of somebody who has signed out: copies, and the push service's promise to tell of answers. */
async function forget(): Promise<void> {
  await copies.forget();
  const registration = await navigator.serviceWorker?.getRegistration("/");
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

export async function start(): Promise<void> {
  const user = useUser();
  const ui = useUi();
  watchParts();
  void loadTexts("offline").catch(() => undefined);
  watch(
    () => user.user,
    (now) => !(boot.offline && !now) && void (now ? copies.belongTo(JSON.parse(JSON.stringify(now))) : forget()).catch(() => undefined),
    { immediate: true },
  );
  const timers = new Map<string, number>();
  const copySoon = (id: string): void => {
    // The list first: a chat that it does not show is not found. Nor is one that was deleted meanwhile.
    const again = async (): Promise<unknown> => {
      const { sessions } = await request<SessionPage>("GET", listPath);
      return sessions.some(({ session_id }) => session_id === id) && request("GET", `/api/chat/session/${id}`);
    };
    window.clearTimeout(timers.get(id));
    timers.set(id, window.setTimeout(() => void again().catch(() => undefined), AFTER_ANSWER));
  };
  useChanges().on("answered:", (what) => {
    const id = what.slice("answered:".length);
    // Empty: anything may have been answered (changes.tellAll). Chats that are opened are copied anyway.
    if (id) copySoon(id);
  });
  // What was said before this part of the page had come.
  const open = useConversation().sessionId;
  if (open && !boot.offline) copySoon(open);
  const update = await register();
  // The server was away: perhaps it came back as another version.
  watch(
    () => ui.link,
    (link, before) => {
      if (link === "live" && before !== "connecting") update?.();
    },
  );
}
