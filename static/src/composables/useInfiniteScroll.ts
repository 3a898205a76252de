import { onBeforeUnmount, onMounted, type Ref } from "vue";

/** Calls `load` when the sentinel comes within a screen of being seen. */
export function useInfiniteScroll(sentinel: Ref<HTMLElement | null>, load: () => unknown): void {
  let observer: IntersectionObserver | null = null;
  onMounted(() => {
    observer = new IntersectionObserver((entries) => entries.at(-1)?.isIntersecting && load(), { rootMargin: "600px 0px" });
    if (sentinel.value) observer.observe(sentinel.value);
  });
  onBeforeUnmount(() => observer?.disconnect());
}
