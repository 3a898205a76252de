/**
 * Which rows of a long list are drawn, and which sections of a long row: those near what is being read. A row that has been drawn stays so; the others
 * hold their text plainly, for the search of the browser, in a place as large as they will be.
 */
import { inject, onBeforeUnmount, onMounted, provide, ref, type InjectionKey, type Ref } from "vue";

import { createSlices, type Slices } from "@/lib/slices";

/** Above and below what is seen. */
const MARGIN = "150% 0px";

interface Nearby {
  /** All is drawn from now on. */
  whole: () => boolean;
  watch: (element: Element, draw: () => void) => () => void;
}
const KEY: InjectionKey<Nearby> = Symbol("nearby");

export function provideNearby(scroller: Ref<HTMLElement | null>): void {
  const rows = new Map<Element, () => void>();
  const slices: Slices = createSlices();
  let observer: IntersectionObserver | null = null;
  let whole = false;

  function onMove(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const draw = rows.get(target);
      if (draw && isIntersecting) slices.add(draw);
      else if (draw) slices.drop(draw);
    }
  }

  function all(): void {
    whole = true;
    for (const draw of rows.values()) draw();
  }

  onMounted(() => {
    observer = new IntersectionObserver(onMove, { root: scroller.value, rootMargin: MARGIN });
    for (const element of rows.keys()) observer.observe(element);
    window.addEventListener("beforeprint", all);
  });
  onBeforeUnmount(() => {
    observer?.disconnect();
    window.removeEventListener("beforeprint", all);
  });

  provide(KEY, {
    whole: () => whole,
    watch(element, draw) {
      rows.set(element, draw);
      observer?.observe(element);
      return () => {
        rows.delete(element);
        slices.drop(draw);
        observer?.unobserve(element);
      };
    },
  });
}

/** Whether this row or section is drawn: from the beginning (`now`), or once it is near. */
export function useNearby(element: Ref<HTMLElement | null>, now: boolean): Ref<boolean> {
  const nearby = inject(KEY, null);
  const drawn = ref(now || !nearby || nearby.whole());
  let stop = (): void => undefined;
  onMounted(() => {
    if (drawn.value) return;
    stop = nearby!.watch(element.value!, () => {
      drawn.value = true;
      stop();
    });
  });
  onBeforeUnmount(() => stop());
  return drawn;
}
