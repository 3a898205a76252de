/** Whether an element has come near the part of the page that is seen; once it has, it stays so. */
import { onBeforeUnmount, onMounted, ref, type Ref } from "vue";

/** Before it is seen: in the window, and in what scrolls in it. Browsers that do not know the second see it when it is there. */
export const BEFORE_SEEN: IntersectionObserverInit = { rootMargin: "600px", scrollMargin: "600px" };

const callbacks = new WeakMap<Element, () => void>();
let observer: IntersectionObserver | null = null;

function observe(element: Element, onNear: () => void): void {
  observer ??= new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => callbacks.get(target)?.()),
    BEFORE_SEEN,
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
