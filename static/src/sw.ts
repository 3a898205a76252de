/**
 * The service worker: an entry of its own, served at /sw.js by chat/pages/worker.py. It takes over at once the first
 * time, and later only when the page says so: a tab never gets files of another build than its own.
 */
import { answer, clean, install } from "@/sw/cache";
import { notify, open } from "@/sw/push";
import { scope } from "@/sw/scope";

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(clean().then(() => scope.clients.claim())));
scope.addEventListener("fetch", answer);
scope.addEventListener("push", (event) => event.waitUntil(notify(event)));
scope.addEventListener("notificationclick", (event) => event.waitUntil(open(event)));
scope.addEventListener("message", (event) => {
  if ((event.data as { type?: string } | null)?.type === "activate") void scope.skipWaiting();
});
