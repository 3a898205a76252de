/** A menu button by the book: arrows, Home, End, Escape, a click outside, focus given back. In a dialog Tab goes from field to field. */
import { nextTick, onBeforeUnmount, ref, watch, type Ref } from "vue";

const ITEMS = '[role^="menuitem"]:not([disabled]), [role="option"]:not([disabled]), [data-menu-focus]';

/** Of an input method: the arrows choose a word in its list, Escape closes that. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Moves the focus among a menu's items by arrows, Home and End. */
export function moveFocus(event: KeyboardEvent, panel: HTMLElement | null): void {
  if (isComposing(event)) return;
  const all = [...(panel?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (target === undefined || !all.length) return;
  if (event.target instanceof HTMLInputElement && (event.key === "Home" || event.key === "End")) return;
  event.preventDefault();
  all[(target + all.length) % all.length]!.focus();
}

export function useMenu(root: Ref<HTMLElement | null>, isDialog = false): {
  open: Ref<boolean>;
  toggle: () => void;
  close: (giveBack?: boolean) => void;
  onKeydown: (event: KeyboardEvent) => void;
  onFocusout: (event: FocusEvent) => void;
} {
  const open = ref(false);

  function items(): HTMLElement[] {
    return [...(root.value?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
  }

  function close(giveBack = true): void {
    if (!open.value) return;
    open.value = false;
    if (giveBack) root.value?.querySelector<HTMLElement>("[aria-haspopup]")?.focus();
  }

  function onOutside(event: Event): void {
    if (!root.value?.contains(event.target as Node)) close(false);
  }

  /** Wherever the focus is: what is open goes first, before anything else that the key means. */
  function onEscape(event: KeyboardEvent): void {
    if (event.key !== "Escape" || isComposing(event)) return;
    event.stopPropagation();
    event.preventDefault();
    close();
  }

  function onKeydown(event: KeyboardEvent): void {
    if (!open.value || isComposing(event)) return;
    if (event.key === "Tab" && !isDialog) close(false);
    moveFocus(event, root.value);
  }

  function onFocusout(event: FocusEvent): void {
    if (event.relatedTarget && !root.value?.contains(event.relatedTarget as Node)) close(false);
  }

  function listen(on: boolean): void {
    const act = on ? "addEventListener" : "removeEventListener";
    document[act]("pointerdown", onOutside, true);
    document[act]("keydown", onEscape as EventListener, true);
  }

  watch(open, async (isOpen) => {
    listen(isOpen);
    if (!isOpen) return;
    await nextTick();
    const all = items();
    (all.find((item) => item.hasAttribute("data-menu-focus") || item.getAttribute("aria-selected") === "true") ?? all[0])?.focus();
  });

  onBeforeUnmount(() => listen(false));

  return { open, toggle: () => (open.value ? close() : (open.value = true)), close, onKeydown, onFocusout };
}
