/** Whether an element has come near the part of the page that is seen; once it has, it stays so. */
import { onBeforeUnmount, onMounted, ref, type Ref } from "vue";

const callbacks = new WeakMap<Element, () => void>();
let observer: IntersectionObserver | null = null;

function observe(element: Element, onNear: () => void): void {
  observer ??= new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => callbacks.get(target)?.()),
    { rootMargin: "600px" },
  );
  callbacks.set(element, onNear);
  observer.observe(element);
}

export function useNear(element: () => HTMLElement | null): Ref<boolean> {
  const near = ref(!("IntersectionObserver" in window));
  let seen: Element | null = null;

  onMounted(() => {
    seen = element();
    if (near.value || !seen) return;
    observe(seen, () => {
      near.value = true;
      observer!.unobserve(seen!);
    });
  });
  onBeforeUnmount(() => seen && observer?.unobserve(seen));
  return near;
}
