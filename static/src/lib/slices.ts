/** Work in small portions, so that scrolling and typing get their turn: each frame some of it, the latest first. */
import { nextTick } from "vue";

/** In ms per frame; a frame lasts 16.7. */
const BUDGET = 7;

export interface Slices {
  add: (work: () => void) => void;
  drop: (work: () => void) => void;
  /** All of it now, for printing. */
  flush: () => void;
}

export function createSlices(): Slices {
  const waiting = new Set<() => void>();
  let running = false;

  async function run(): Promise<void> {
    while (waiting.size) {
      await new Promise(requestAnimationFrame);
      const began = performance.now();
      while (waiting.size && performance.now() - began < BUDGET) {
        const work = [...waiting].at(-1)!;
        waiting.delete(work);
        work();
        // Vue draws here, in the same task: so its time counts.
        await nextTick();
      }
    }
    running = false;
  }

  return {
    add(work) {
      waiting.add(work);
      if (running) return;
      running = true;
      void run();
    },
    drop: (work) => void waiting.delete(work),
    flush() {
      for (const work of waiting) work();
      waiting.clear();
    },
  };
}
