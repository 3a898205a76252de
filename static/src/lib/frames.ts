/**
 * Collects frames and hands them over at most once per animation frame, so that a fast model costs one
 * drawing per frame and not one per token. Where drawing itself is slow (a long list on an old phone) it
 * rests as long as the last drawing took, so that scrolling and typing always get their half of the time.
 * A hidden tab has no animation frames: there a timer serves.
 */
const FRAME = 17;
const LONGEST_REST = 500;
const HIDDEN_EVERY = 250;

export function createFrameQueue<T>(deliver: (items: T[]) => void): (item: T) => void {
  let items: T[] = [];
  let scheduled = false;
  let restUntil = 0;
  let timer = 0;

  function flush(): void {
    if (!items.length) return;
    const batch = items;
    items = [];
    scheduled = false;
    window.clearTimeout(timer);
    const started = performance.now();
    deliver(batch);
    // A timer set in the next frame runs when that frame is on the screen: then the whole cost is known.
    requestAnimationFrame(() => window.setTimeout(() => rest(performance.now() - started)));
  }

  function rest(cost: number): void {
    restUntil = performance.now() + Math.min(LONGEST_REST, Math.max(0, cost - FRAME));
  }

  function draw(): void {
    requestAnimationFrame(flush);
  }

  return (item) => {
    items.push(item);
    if (scheduled) return;
    scheduled = true;
    const pause = restUntil - performance.now();
    if (pause > 0) window.setTimeout(draw, pause);
    else draw();
    timer = window.setTimeout(flush, Math.max(0, pause) + HIDDEN_EVERY);
  };
}
