/** Renders only the lines that are near what is seen. Each line's height is known: thousands cost what fifty do. */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, type ComputedRef, type Ref } from "vue";

/** Lines above and below what is seen. */
const AHEAD = 6;

export interface Place<T> {
  item: T;
  index: number;
  top: number;
}

export function useWindow<T>(
  scroller: Ref<HTMLElement | null>,
  items: ComputedRef<T[]>,
  heightOf: (item: T) => number,
  keep: () => number,
): { total: ComputedRef<number>; places: ComputedRef<Place<T>[]>; reveal: (index: number) => void } {
  const seen = shallowRef({ top: 0, height: 900 });
  const tops = computed(() => {
    const result = new Float64Array(items.value.length + 1);
    items.value.forEach((item, index) => (result[index + 1] = result[index]! + heightOf(item)));
    return result;
  });
  const total = computed(() => tops.value.at(-1)!);

  /** The line at this height. */
  function at(height: number): number {
    let [low, high] = [0, items.value.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tops.value[middle + 1]! <= height) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  const from = computed(() => Math.max(0, at(seen.value.top) - AHEAD));
  const to = computed(() => Math.min(items.value.length, at(seen.value.top + seen.value.height) + 1 + AHEAD));
  const places = computed(() => {
    const result: Place<T>[] = [];
    // The line with the focus stays, wherever it is: taken away, the focus would be lost.
    const kept = keep();
    const add = (index: number): unknown => result.push({ item: items.value[index]!, index, top: tops.value[index]! });
    if (kept >= 0 && kept < from.value) add(kept);
    for (let index = from.value; index < to.value; index += 1) add(index);
    if (kept >= to.value && kept < items.value.length) add(kept);
    return result;
  });

  const frame = ref(0);
  function measure(): void {
    frame.value = 0;
    const element = scroller.value;
    if (element) seen.value = { top: element.scrollTop, height: element.clientHeight };
  }
  function onChange(): void {
    frame.value ||= requestAnimationFrame(measure);
  }

  /** Scrolls as little as shows the whole line. */
  function reveal(index: number): void {
    const element = scroller.value;
    if (!element || index < 0) return;
    const [top, bottom] = [tops.value[index]!, tops.value[index + 1]!];
    if (top < element.scrollTop) element.scrollTop = top - 40;
    else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight + 40;
    measure();
  }

  let observer: ResizeObserver | null = null;
  onMounted(() => {
    scroller.value?.addEventListener("scroll", onChange, { passive: true });
    observer = new ResizeObserver(onChange);
    if (scroller.value) observer.observe(scroller.value);
    measure();
  });
  onBeforeUnmount(() => {
    observer?.disconnect();
    cancelAnimationFrame(frame.value);
  });

  return { total, places, reveal };
}
