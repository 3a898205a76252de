/** This browser's notices: whether it can have them, and switching them on and off. */
import { ref, type Ref } from "vue";

import { request } from "@/lib/transport/api";
import { useUser } from "@/stores/user";

/** `unsupported`: no service worker or no push here; `denied`: its person has forbidden notices in the browser. */
export type PushState = "unknown" | "unsupported" | "denied" | "off" | "on";

/** A key as browsers take it. */
export function keyOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function usePush(): { state: Ref<PushState>; busy: Ref<boolean>; error: Ref<string>; look: () => Promise<void>; turn: (on: boolean) => Promise<void> } {
  const user = useUser();
  const state = ref<PushState>("unknown");
  const busy = ref(false);
  const error = ref("");

  async function registration(): Promise<ServiceWorkerRegistration | undefined> {
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return undefined;
    return navigator.serviceWorker.getRegistration("/");
  }

  async function look(): Promise<void> {
    const worker = await registration();
    if (!worker) state.value = "unsupported";
    else if (Notification.permission === "denied") state.value = "denied";
    else state.value = (await worker.pushManager.getSubscription()) && user.preferences.push !== false ? "on" : "off";
  }

  async function subscribe(worker: ServiceWorkerRegistration): Promise<void> {
    if ((await Notification.requestPermission()) !== "granted") return;
    const { public_key } = await request<{ public_key: string }>("GET", "/api/push");
    const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: keyOf(public_key) });
    try {
      await request("POST", "/api/push", { json: subscription.toJSON() });
    } catch (cause) {
      // A subscription that the server does not know would look switched on here, and nothing would ever come.
      await subscription.unsubscribe().catch(() => false);
      throw cause;
    }
    // Switched off on another device before: whoever switches it on here wants it.
    if (user.preferences.push !== true) await user.prefer({ push: true });
  }

  async function unsubscribe(worker: ServiceWorkerRegistration): Promise<void> {
    const subscription = await worker.pushManager.getSubscription();
    if (!subscription) return;
    await request("DELETE", "/api/push", { json: { endpoint: subscription.endpoint } });
    await subscription.unsubscribe();
  }

  async function turn(on: boolean): Promise<void> {
    const worker = await registration();
    if (!worker || busy.value) return;
    busy.value = true;
    error.value = "";
    try {
      await (on ? subscribe(worker) : unsubscribe(worker));
    } catch (cause) {
      error.value = (cause as Error).message;
    } finally {
      busy.value = false;
      await look();
    }
  }

  return { state, busy, error, look, turn };
}
