/**
 * A panel in the browser's top layer, beside the button that opened it: nothing that clips or scrolls cuts it off. On a
 * phone the style sheet makes it a sheet. Escape and a click outside close it (the browser's doing); arrows move in it.
 */
import { nextTick, onBeforeUnmount, onMounted, type Ref } from "vue";

import { isComposing } from "@/composables/useMenu";

const GAP = 6;
const EDGE = 8;
const SHEET_BELOW = 600;
const ITEMS = '[role^="menuitem"]:not([disabled]), [role="option"]:not([disabled]), [data-menu-focus]';

interface Box {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** Where a panel stands: below the button, above it where there is more room, never outside the window. Pure. */
export function placeOf(anchor: Box, panel: { width: number; height: number }, view: { width: number; height: number }): { top: number; left: number } {
  const below = view.height - anchor.bottom - GAP - EDGE;
  const above = anchor.top - GAP - EDGE;
  const top = panel.height <= below || below >= above ? anchor.bottom + GAP : anchor.top - GAP - panel.height;
  const left = anchor.left + panel.width + EDGE <= view.width ? anchor.left : anchor.right - panel.width;
  return {
    top: Math.max(EDGE, Math.min(top, view.height - panel.height - EDGE)),
    left: Math.max(EDGE, Math.min(left, view.width - panel.width - EDGE)),
  };
}

export function usePopover(panel: Ref<HTMLElement | null>, anchor: () => HTMLElement, onClose: (byPointer: boolean) => void): { onKeydown: (event: KeyboardEvent) => void; place: () => void } {
  let byKey = false;

  function place(): void {
    const element = panel.value;
    if (!element) return;
    if (!anchor().isConnected) return onClose(false);
    const sheet = window.innerWidth < SHEET_BELOW;
    const { top, left } = placeOf(anchor().getBoundingClientRect(), element.getBoundingClientRect(), { width: window.innerWidth, height: window.innerHeight });
    element.style.top = sheet ? "" : `${top}px`;
    element.style.left = sheet ? "" : `${left}px`;
  }

  function onScroll(event: Event): void {
    if (!panel.value?.contains(event.target as Node)) place();
  }

  function onToggle(event: Event): void {
    if ((event as ToggleEvent).newState !== "closed") return;
    const hadFocus = panel.value?.contains(document.activeElement) || document.activeElement === document.body;
    if (hadFocus) anchor().focus({ preventScroll: true });
    onClose(!byKey);
  }

  function onKeydown(event: KeyboardEvent): void {
    // In the search field an input method chooses its words with the arrows.
    if (isComposing(event)) return;
    byKey = event.key === "Escape";
    const all = [...(panel.value?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (target === undefined || !all.length || event.target instanceof HTMLTextAreaElement) return;
    if (event.target instanceof HTMLInputElement && (event.key === "Home" || event.key === "End")) return;
    event.preventDefault();
    all[(target + all.length) % all.length]!.focus();
  }

  onMounted(async () => {
    const element = panel.value!;
    element.addEventListener("toggle", onToggle);
    element.showPopover?.();
    place();
    window.addEventListener("scroll", onScroll, { capture: true, passive: true });
    window.addEventListener("resize", place);
    await nextTick();
    const first = element.querySelector<HTMLElement>("[data-menu-focus]") ?? element.querySelector<HTMLElement>(ITEMS);
    first?.focus({ preventScroll: true });
  });
  onBeforeUnmount(() => {
    if (panel.value?.contains(document.activeElement)) anchor().focus({ preventScroll: true });
    window.removeEventListener("scroll", onScroll, { capture: true });
    window.removeEventListener("resize", place);
  });

  return { onKeydown, place };
}
