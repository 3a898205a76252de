/** What can wait, and until when. */

/** Runs when the page has nothing better to do: after its first message, when the network is quiet. */
export function whenIdle(run: () => void): void {
  // Safari has no requestIdleCallback.
  const idle = window.requestIdleCallback ?? ((late: () => void) => window.setTimeout(late, 200));
  if (document.readyState === "complete") idle(run);
  else window.addEventListener("load", () => idle(run), { once: true });
}

let begin: () => void;
/** The first message is on the screen, or what stands in its place: whatever waits for this takes nothing away from it. */
export const firstShown = new Promise<void>((done) => (begin = done));
/** A tab out of sight has no animation frames. In ms. */
const HIDDEN = 500;

/** Said by the view of the conversation, once. */
export function markShown(): void {
  requestAnimationFrame(() => setTimeout(begin));
  setTimeout(begin, HIDDEN);
}
