/**
 * A sign-out that the server has not heard of, because it was out of reach. This browser remembers it, shows nothing of
 * that person any more, and tells the server at the next connection, before anybody signs in here.
 */
import type { Boot } from "@/boot";
import { ApiError, request } from "@/lib/transport/api";
import { readItem, writeItem } from "@/lib/storage";

const NOTE = "aihelper.signout";
const AGAIN_MS = 15_000;
let telling: Promise<void> | null = null;
let timer = 0;

/** Also when somebody has signed in: that has ended the session before. */
export function forgetFarewell(): void {
  window.clearTimeout(timer);
  window.removeEventListener("online", tell);
  writeItem(NOTE, null);
}

export function rememberFarewell(user: number): void {
  writeItem(NOTE, String(user));
  window.addEventListener("online", tell);
  timer = window.setTimeout(tell, AGAIN_MS);
}

export function isFarewellDue(): boolean {
  return readItem(NOTE) !== null;
}

/** Refused for a reason that may pass; any other answer means that there is no session to end. */
function mayPass(cause: unknown): boolean {
  return !(cause instanceof ApiError) || cause.status === 0 || cause.status === 403 || cause.status === 429 || cause.status >= 500;
}

async function attempt(user: number): Promise<void> {
  try {
    await request("POST", "/api/logout");
    forgetFarewell();
  } catch (cause) {
    window.clearTimeout(timer);
    if (mayPass(cause)) rememberFarewell(user);
    else forgetFarewell();
  }
}

/** Tells the server now, if there is something to tell. Never fails. */
export function farewell(): Promise<void> {
  const user = Number(readItem(NOTE));
  if (!user) return Promise.resolve();
  return (telling ??= attempt(user).finally(() => (telling = null)));
}

const tell = (): void => void farewell();

/** Before the page shows anything: whoever has signed out here is signed out, whatever the server has put into it. */
export function settleFarewell(boot: Boot): void {
  const user = Number(readItem(NOTE));
  if (!user) return;
  if (boot.offline) rememberFarewell(user);
  else if (boot.user?.id !== user) forgetFarewell();
  else {
    boot.user = null;
    void farewell();
  }
}
