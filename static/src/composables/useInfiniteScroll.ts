import { onBeforeUnmount, onMounted, type Ref } from "vue";

import { BEFORE_SEEN } from "@/composables/useNear";

/** Calls `load` when the sentinel comes within a screen of being seen. */
export function useInfiniteScroll(sentinel: Ref<HTMLElement | null>, load: () => unknown): void {
  let observer: IntersectionObserver | null = null;
  onMounted(() => {
    observer = new IntersectionObserver((entries) => entries.at(-1)?.isIntersecting && load(), BEFORE_SEEN);
    if (sentinel.value) observer.observe(sentinel.value);
  });
  onBeforeUnmount(() => observer?.disconnect());
}
