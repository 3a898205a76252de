/**
 * Where the reader is, and stays. At the end the list follows what grows; anywhere else what is being read keeps its
 * place, whatever grows or comes in above it. The reader's will counts, not the distance: scrolling up, however
 * little, lets go, and so does marking text; coming down to the end takes hold again.
 */
import { onBeforeUnmount, onMounted, ref, type Ref } from "vue";

import { anchorOf, movedBy, type Anchor } from "@/lib/anchor";

/** In pixels: this close to the end is at the end, for someone who comes from above. */
const NEAR = 32;
/** In ms: what grows so soon after a click in the list was opened by it, and is no reason to move. */
const AFTER_CLICK = 400;

export function useStickToBottom(
  scroller: Ref<HTMLElement | null>,
  content: Ref<HTMLElement | null>,
): { stuck: Ref<boolean>; toBottom: (smooth?: boolean) => void } {
  const stuck = ref(true);
  let anchor: Anchor = [];
  let lastTop = 0;
  let lastHeight = 0;
  let lastView = 0;
  let clicked = -Infinity;
  let observer: ResizeObserver | null = null;

  const distance = (element: HTMLElement): number => element.scrollHeight - element.scrollTop - element.clientHeight;

  function note(element: HTMLElement): void {
    lastTop = element.scrollTop;
    lastHeight = element.scrollHeight;
    lastView = element.clientHeight;
    anchor = stuck.value ? [] : anchorOf(element, content.value!);
  }

  function toBottom(smooth = false): void {
    const element = scroller.value;
    if (!element) return;
    stuck.value = true;
    clicked = -Infinity;
    element.scrollTo({ top: element.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    note(element);
  }

  /**
   * How far somebody has scrolled since. When the list was cut short from below, or has got more room there (the
   * composer or the keyboard takes less of it), nobody has: it ends where it must, even if what came into sight by
   * that has been drawn meanwhile, and is higher than was guessed.
   */
  function scrolledBy(element: HTMLElement): number {
    const less = element.scrollHeight < lastHeight || element.clientHeight > lastView;
    const end = Math.min(lastHeight, element.scrollHeight) - element.clientHeight;
    return less && Math.abs(end - element.scrollTop) <= 1 ? 0 : element.scrollTop - lastTop;
  }

  function onScroll(): void {
    const element = scroller.value!;
    const way = scrolledBy(element);
    if (way > 0 && distance(element) < NEAR) stuck.value = true;
    else if (way < -0.5) stuck.value = false;
    // Something may have come in since the last frame: noting would take what it has moved for what is being read.
    if (element.scrollHeight === lastHeight) note(element);
    else keep();
  }

  function onWheel(event: WheelEvent): void {
    const element = scroller.value!;
    if (event.deltaY < 0 && element.scrollHeight > element.clientHeight) letGo();
  }

  function letGo(): void {
    if (!stuck.value) return;
    stuck.value = false;
    note(scroller.value!);
  }

  function isMarking(): boolean {
    const selection = document.getSelection();
    return selection?.type === "Range" && content.value!.contains(selection.anchorNode);
  }

  /** Something has grown or shrunk; not painted yet. */
  function keep(): void {
    const element = scroller.value!;
    if (stuck.value && performance.now() - clicked > AFTER_CLICK && !isMarking()) {
      element.scrollTop = element.scrollHeight;
    } else {
      const moved = movedBy(anchor, element, scrolledBy(element));
      if (Math.abs(moved) >= 1) element.scrollTop += moved;
      stuck.value &&= distance(element) < NEAR;
    }
    note(element);
  }

  const onClick = (): void => void (clicked = performance.now());

  onMounted(() => {
    const element = scroller.value!;
    element.addEventListener("scroll", onScroll, { passive: true });
    element.addEventListener("wheel", onWheel, { passive: true });
    content.value!.addEventListener("click", onClick, { capture: true });
    observer = new ResizeObserver(keep);
    observer.observe(content.value!);
    observer.observe(element);
    toBottom();
  });
  onBeforeUnmount(() => observer?.disconnect());

  return { stuck, toBottom };
}
