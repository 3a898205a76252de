/** The service worker's registration, and its news: a version that waits, and chats to open. */
import { i18n, loadTexts } from "@/i18n";
import { router } from "@/router";
import { useUi } from "@/stores/ui";

const HOUR = 3_600_000;
const FOR_GOOD = 24 * HOUR;
let told = false;

function tell(reload: () => void): void {
  if (told) return;
  told = true;
  const t = i18n.global.t as (key: string) => string;
  const show = (): unknown => useUi().notify(t("offline.newVersion"), { ms: FOR_GOOD, action: { label: t("offline.reload"), run: reload } });
  void loadTexts("offline").then(show, () => (told = false));
}

/** A part of the page is not there any more: the server has another build than this tab. */
export function watchParts(): void {
  // Without a connection it is only out of reach.
  window.addEventListener("vite:preloadError", () => ["live", "streaming"].includes(useUi().link) && tell(() => location.reload()));
}

function onWaiting(worker: ServiceWorker): void {
  tell(() => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    worker.postMessage({ type: "activate" });
  });
}

/** @returns how to ask for a new version; nothing where there is no service worker (plain http, private windows). */
export async function register(): Promise<(() => void) | undefined> {
  if (!("serviceWorker" in navigator)) return undefined;
  const registration = (await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => undefined)) as
    | ServiceWorkerRegistration
    | undefined;
  if (!registration) return undefined;
  if (registration.waiting && navigator.serviceWorker.controller) onWaiting(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      // The very first one replaces nothing.
      if (worker.state === "installed" && navigator.serviceWorker.controller) onWaiting(worker);
    });
  });
  navigator.serviceWorker.addEventListener("message", (message: MessageEvent<{ type?: string; path?: string }>) => {
    if (message.data.type === "open" && message.data.path) void router.push(message.data.path);
  });
  const update = (): void => void registration.update().catch(() => undefined);
  window.setInterval(update, HOUR);
  return update;
}
