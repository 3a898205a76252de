/**
 * Collects frames and hands them over at most once per animation frame, so that a fast model costs one
 * drawing per frame and not one per token. A hidden tab has no animation frames: there a timer serves.
 */
export function createFrameQueue<T>(deliver: (items: T[]) => void): (item: T) => void {
  let items: T[] = [];
  let scheduled = false;

  function flush(): void {
    if (!scheduled) return;
    scheduled = false;
    const batch = items;
    items = [];
    deliver(batch);
  }

  return (item) => {
    items.push(item);
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(flush);
    window.setTimeout(flush, 250);
  };
}
