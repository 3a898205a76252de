/** One tab stop for the whole list: arrows, Home and End move in it; the line's own keys go to `act`. */
import { computed, nextTick, ref, type ComputedRef, type Ref } from "vue";

import type { Item } from "@/composables/sidebar/items";

export type LineKey = "open" | "close" | "rename" | "remove" | "menu" | "up" | "down";

const KEYS: Record<string, LineKey> = { ArrowRight: "open", ArrowLeft: "close", F2: "rename", Delete: "remove", ContextMenu: "menu" };
const PAGE = 10;

export function useRoving(options: {
  root: Ref<HTMLElement | null>;
  items: ComputedRef<Item[]>;
  current: () => string | null;
  reveal: (index: number) => void;
  act: (key: LineKey, item: Item, event: KeyboardEvent) => boolean;
}): { stop: ComputedRef<string | null>; index: ComputedRef<number>; onFocusin: (event: FocusEvent) => void; onKeydown: (event: KeyboardEvent) => void } {
  const { root, items, current, reveal, act } = options;
  /** The key of the line that had the focus last. */
  const last = ref<string | null>(null);

  const stops = (item: Item): boolean => item.kind === "row" || item.kind === "folder";
  const index = computed(() => {
    const own = last.value === null ? -1 : items.value.findIndex((item) => item.key === last.value);
    if (own >= 0) return own;
    const open = current();
    const shown = items.value.findIndex((item) => item.kind === "row" && item.session.session_id === open);
    return shown >= 0 ? shown : items.value.findIndex(stops);
  });
  const stop = computed(() => items.value[index.value]?.key ?? null);

  async function go(to: number): Promise<void> {
    const item = items.value[to];
    if (!item) return;
    last.value = item.key;
    reveal(to);
    await nextTick();
    root.value?.querySelector<HTMLElement>(`[data-line="${CSS.escape(item.key)}"]`)?.focus({ preventScroll: true });
  }

  /** The next line that can have the focus, `step` lines on; at the end the last one. */
  function next(from: number, step: number): number {
    const way = Math.sign(step);
    let found = from;
    for (let at = from + way, left = Math.abs(step); at >= 0 && at < items.value.length && left > 0; at += way) {
      if (stops(items.value[at]!)) [found, left] = [at, left - 1];
    }
    return found;
  }

  function onFocusin(event: FocusEvent): void {
    const line = (event.target as HTMLElement).closest<HTMLElement>("[data-key]");
    if (line) last.value = line.dataset.key!;
  }

  function onKeydown(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const item = items.value[index.value];
    if (!item || target instanceof HTMLInputElement || target.closest('[role="menu"]') || event.isComposing) return;
    if (event.altKey || event.metaKey || event.ctrlKey) {
      const way = { ArrowUp: "up", ArrowDown: "down" }[event.key] as LineKey | undefined;
      if (event.altKey && way && act(way, item, event)) event.preventDefault();
      return;
    }
    const end = items.value.length;
    const to = {
      ArrowDown: (): number => next(index.value, 1), ArrowUp: (): number => next(index.value, -1),
      PageDown: (): number => next(index.value, PAGE), PageUp: (): number => next(index.value, -PAGE),
      Home: (): number => next(-1, 1), End: (): number => next(end, -1),
    }[event.key];
    const own = event.shiftKey && event.key === "F10" ? "menu" : KEYS[event.key];
    if (to) void go(to());
    else if (!own || !act(own, item, event)) return;
    event.preventDefault();
  }

  return { stop, index, onFocusin, onKeydown };
}
