/**
 * Follows the end of what grows only while the reader is there. The reader's will counts, not the
 * distance: scrolling up, however little, lets go; coming back to the end takes hold again.
 */
import { onBeforeUnmount, onMounted, ref, type Ref } from "vue";

const NEAR = 32;

export function useStickToBottom(
  scroller: Ref<HTMLElement | null>,
  content: Ref<HTMLElement | null>,
): { stuck: Ref<boolean>; toBottom: (smooth?: boolean) => void } {
  const stuck = ref(true);
  let lastTop = 0;
  let lastHeight = 0;
  let observer: ResizeObserver | null = null;

  function toBottom(smooth = false): void {
    const element = scroller.value;
    if (!element) return;
    stuck.value = true;
    element.scrollTo({ top: element.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  function onScroll(): void {
    const element = scroller.value!;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const shrank = scrollHeight < lastHeight;
    if (scrollHeight - scrollTop - clientHeight < NEAR) stuck.value = true;
    else if (scrollTop < lastTop - 1 && !shrank) stuck.value = false;
    lastTop = scrollTop;
    lastHeight = scrollHeight;
  }

  function onWheel(event: WheelEvent): void {
    const element = scroller.value!;
    if (event.deltaY < 0 && element.scrollHeight > element.clientHeight) stuck.value = false;
  }

  function follow(): void {
    if (stuck.value) toBottom();
  }

  onMounted(() => {
    scroller.value!.addEventListener("scroll", onScroll, { passive: true });
    scroller.value!.addEventListener("wheel", onWheel, { passive: true });
    observer = new ResizeObserver(follow);
    observer.observe(content.value!);
    observer.observe(scroller.value!);
    toBottom();
  });
  onBeforeUnmount(() => observer?.disconnect());

  return { stuck, toBottom };
}
