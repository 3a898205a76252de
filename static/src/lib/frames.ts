/**
 * Collects frames and hands them over at most once per animation frame, so that a fast model costs one drawing per
 * animation frame and not one per token. It learns how many of them can be drawn in time: of a flood (an answer whose
 * connection comes back, formulas by the dozen) each animation frame takes a part. Where drawing itself is slow it
 * rests as long as the last drawing took, so that scrolling and typing always get their half of the time.
 * A hidden tab has no animation frames: there a timer serves, and nothing is to be drawn.
 */
const FRAME = 17;
const LONGEST_REST = 500;
const HIDDEN_EVERY = 250;
/** In ms: above, an animation frame takes fewer; below, more. */
const COSTLY = 34;
const CHEAP = 18;
/** So many at least, which is more than models write; and what waits is shown within so many animation frames. */
const LEAST = 24;
const PATIENCE = 300;

export function createFrameQueue<T>(deliver: (items: T[]) => void): (item: T) => void {
  let items: T[] = [];
  let scheduled = false;
  let most = 40;
  let restUntil = 0;
  let timer = 0;
  let frame = 0;

  function take(): T[] {
    const count = document.hidden ? items.length : Math.max(most, Math.ceil(items.length / PATIENCE));
    const batch = items.slice(0, count);
    items = items.slice(count);
    return batch;
  }

  function flush(): void {
    window.clearTimeout(timer);
    cancelAnimationFrame(frame);
    const batch = take();
    const started = performance.now();
    deliver(batch);
    // Runs when what came of it is on the screen: then the whole cost is known.
    window.setTimeout(() => settle(batch.length, performance.now() - started));
  }

  function settle(count: number, cost: number): void {
    if (cost > COSTLY) most = Math.max(LEAST, Math.floor(Math.min(most, count) * 0.7));
    else if (cost < CHEAP && count >= most) most = Math.ceil(most * 1.15);
    scheduled = false;
    if (items.length) schedule(Math.min(LONGEST_REST, cost - FRAME));
    else restUntil = performance.now() + Math.min(LONGEST_REST, cost - FRAME);
  }

  function schedule(pause: number): void {
    scheduled = true;
    const draw = (): void => void (frame = requestAnimationFrame(flush));
    if (pause > 0) window.setTimeout(draw, pause);
    else draw();
    timer = window.setTimeout(flush, Math.max(0, pause) + HIDDEN_EVERY);
  }

  return (item) => {
    items.push(item);
    if (!scheduled) schedule(restUntil - performance.now());
  };
}
