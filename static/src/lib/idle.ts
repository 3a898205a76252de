/** Runs what can wait when the page has nothing better to do: after its first message, when the network is quiet. */
export function whenIdle(run: () => void): void {
  // Safari has no requestIdleCallback.
  const idle = window.requestIdleCallback ?? ((late: () => void) => window.setTimeout(late, 200));
  if (document.readyState === "complete") idle(run);
  else window.addEventListener("load", () => idle(run), { once: true });
}
