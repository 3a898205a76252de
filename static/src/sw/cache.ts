/**
 * What the service worker keeps: the offline shell with its files, as one whole per build, and the hashed files that
 * were used once. Never an answer of the API: copies of chats are the page's (src/lib/offline/).
 */
import { scope, type FetchEvent } from "@/sw/scope";

const SHELLS = "shell-";
const ASSETS = "assets";
const shell = `${SHELLS}${scope.BUILD.version}`;
const known = new Set(scope.BUILD.assets);
/** Where the page itself would be shown; everything else goes its own way. */
const PAGES = /^\/(c\/[\w-]+)?$/;
/** A proxy that has lost its server. */
const AWAY = new Set([502, 503, 504]);

/** All or nothing: a shell without one of its files is none. */
export async function install(): Promise<void> {
  const cache = await caches.open(shell);
  await cache.addAll([new Request(scope.BUILD.shell, { cache: "reload" }), ...scope.BUILD.files]);
}

/** Forgets the shells of other builds, and the files that this one does not know. */
export async function clean(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(SHELLS) && name !== shell).map((name) => caches.delete(name)));
  const assets = await caches.open(ASSETS);
  const old = (await assets.keys()).filter((request) => !known.has(new URL(request.url).pathname));
  await Promise.all(old.map((request) => assets.delete(request)));
}

async function page(request: Request): Promise<Response> {
  try {
    const response = await scopeFetch(request);
    if (!AWAY.has(response.status)) return response;
    return (await caches.match(scope.BUILD.shell)) ?? response;
  } catch (cause) {
    const kept = await caches.match(scope.BUILD.shell);
    if (kept) return kept;
    throw cause;
  }
}

async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await scopeFetch(request);
  if (response.ok) await (await caches.open(ASSETS)).put(request, response.clone());
  return response;
}

/** The service worker's own door to the network (tests/doors.spec.ts): it passes on what the page asked for. */
function scopeFetch(request: Request): Promise<Response> {
  // eslint-disable-next-line no-restricted-globals -- a worker has no api.ts: it hands on the page's own requests, as they are
  return fetch(request);
}

/** Answers what this worker knows how to answer, and leaves the rest to the browser. */
export function answer(event: FetchEvent): void {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== scope.location.origin) return;
  if (request.mode === "navigate" && PAGES.test(url.pathname)) event.respondWith(page(request));
  else if (known.has(url.pathname)) event.respondWith(asset(request));
}
