/** Notices that an answer is ready: shown unless somebody is looking at it, and opened by a click. */
import { scope, type NotificationEvent, type PushEvent } from "@/sw/scope";

interface Payload {
  title: string;
  body: string;
  path: string;
}

const PATH = /^\/(c\/[\w-]+)?$/;

function payloadOf(event: PushEvent): Payload {
  const given = (event.data?.json() ?? {}) as Partial<Payload>;
  const path = typeof given.path === "string" && PATH.test(given.path) ? given.path : "/";
  return { title: String(given.title || "AI Helper"), body: String(given.body ?? ""), path };
}

export async function notify(event: PushEvent): Promise<void> {
  const { title, body, path } = payloadOf(event);
  const tabs = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (tabs.some((tab) => tab.visibilityState === "visible" && new URL(tab.url).pathname === path)) return;
  // One for each chat: a newer answer takes the place of the older one's notice.
  await scope.registration.showNotification(title, { body, icon: scope.BUILD.icon, badge: scope.BUILD.icon, tag: path, data: { path } });
}

/** The tab that shows the chat, else any tab of ours, else a new one. */
export async function open(event: NotificationEvent): Promise<void> {
  event.notification.close();
  const { path } = event.notification.data as { path: string };
  const tabs = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = tabs.find((tab) => new URL(tab.url).pathname === path) ?? tabs.find((tab) => PATH.test(new URL(tab.url).pathname));
  if (!there) return void (await scope.clients.openWindow(path));
  const focused = await there.focus().catch(() => there);
  // By the page's own router: it loses nothing that is being written.
  if (new URL(focused.url).pathname !== path) focused.postMessage({ type: "open", path });
}
