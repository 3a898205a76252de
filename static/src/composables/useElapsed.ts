import { onBeforeUnmount, ref, watch, type Ref } from "vue";

/** Milliseconds since `from()` while it is not null, counted five times a second. */
export function useElapsed(from: () => number | null): Ref<number> {
  const elapsed = ref(0);
  let timer = 0;

  watch(
    from,
    (start) => {
      window.clearInterval(timer);
      if (start === null) return;
      const tick = (): void => {
        elapsed.value = Date.now() - start;
      };
      tick();
      timer = window.setInterval(tick, 200);
    },
    { immediate: true },
  );
  onBeforeUnmount(() => window.clearInterval(timer));
  return elapsed;
}
