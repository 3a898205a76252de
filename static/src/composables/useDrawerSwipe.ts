/** The drawer on a phone: swipe right anywhere opens it, swipe left or Escape closes it. */
import { onBeforeUnmount, onMounted, type Ref } from "vue";

import { useUi } from "@/stores/ui";

const DISTANCE = 60;

/** Something that scrolls sideways itself (a table, code) keeps its own swipe. */
function scrollsSideways(target: EventTarget | null, stop: HTMLElement): boolean {
  for (let node = target as HTMLElement | null; node && node !== stop; node = node.parentElement) {
    if (node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== "visible") return true;
  }
  return false;
}

export function useDrawerSwipe(root: Ref<HTMLElement | null>): void {
  const ui = useUi();
  let from: { x: number; y: number } | null = null;

  function onStart(event: TouchEvent): void {
    const touch = event.touches[0]!;
    const single = event.touches.length === 1 && !scrollsSideways(event.target, root.value!);
    from = single ? { x: touch.clientX, y: touch.clientY } : null;
  }

  function onEnd(event: TouchEvent): void {
    if (!from || window.innerWidth >= 900) return;
    const touch = event.changedTouches[0]!;
    const dx = touch.clientX - from.x;
    if (Math.abs(dx) > DISTANCE && Math.abs(touch.clientY - from.y) < Math.abs(dx) / 2) ui.drawer = dx > 0;
    from = null;
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") ui.drawer = false;
  }

  onMounted(() => {
    root.value?.addEventListener("touchstart", onStart, { passive: true });
    root.value?.addEventListener("touchend", onEnd, { passive: true });
    window.addEventListener("keydown", onKey);
  });
  onBeforeUnmount(() => window.removeEventListener("keydown", onKey));
}
