/** Thousands of lines: which are drawn, and how the keyboard goes through them with one tab stop. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { computed, h, nextTick, ref, shallowRef } from "vue";

import type { Item } from "@/composables/sidebar/items";
import { useRoving, type LineKey } from "@/composables/sidebar/useRoving";
import { useWindow } from "@/composables/sidebar/useWindow";
import type { Folder } from "@/types/folders";

import { storedSession } from "../helpers";
import { hosted } from "../host";

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("the keyboard in the list", () => {
  const row = (id: string): Item => ({ kind: "row", key: `d:${id}`, section: "today", session: storedSession({ session_id: id }), folder: "" });
  const folder = (id: string): Item => ({ kind: "folder", key: `f:${id}`, section: id, folder: { folder_id: id } as Folder, open: false });
  const head: Item = { kind: "head", key: "today", group: "today" };
  const revealed: number[] = [];
  const acted: [LineKey, string][] = [];

  function list(lines: Item[], open: string | null = null, takes = true) {
    revealed.length = acted.length = 0;
    const root = ref<HTMLElement | null>(null);
    const items = shallowRef(lines);
    const act = (key: LineKey, item: Item): boolean => takes && acted.push([key, item.key]) > 0;
    const { made } = hosted(
      () => useRoving({ root, items: computed(() => items.value), current: () => open, reveal: (index) => revealed.push(index), act }),
      ({ onKeydown, onFocusin }) =>
        h("ul", { ref: root, onKeydown, onFocusin }, items.value.map((item) =>
          h("li", { key: item.key, "data-key": item.key }, [h("a", { tabindex: -1, "data-line": item.key }), h("input"), h("b", { role: "menu" }, [h("i", { tabindex: -1 })])]))),
    );
    return { made, items };
  }
  const line = (key: string): HTMLElement => document.querySelector<HTMLElement>(`[data-line="${CSS.escape(key)}"]`)!;
  /** @returns whether the key was taken. */
  async function press(key: string, more: KeyboardEventInit = {}, target: Element = document.querySelector("ul")!): Promise<boolean> {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
    target.dispatchEvent(event);
    await nextTick();
    return event.defaultPrevented;
  }
  const focused = (): string | undefined => (document.activeElement as HTMLElement).dataset.line;
  const rows = (count: number): Item[] => Array.from({ length: count }, (_, at) => row(String(at)));

  beforeEach(() => {
    // jsdom has none; keys of lines are words and colons.
    vi.stubGlobal("CSS", { escape: (text: string) => text.replaceAll(":", "\\:") });
  });

  it("comes in at the open conversation, or at the first line that can have it", () => {
    expect(list([head, folder("x"), row("a")], "a").made.stop.value).toBe("d:a");
    expect(list([head, folder("x"), row("a")], "elsewhere").made.stop.value).toBe("f:x");
    expect(list([]).made.stop.value).toBeNull();
  });

  it("goes from line to line past the headings, and no further than the end", async () => {
    list([head, row("a"), { ...head, key: "week" }, row("b")]);
    expect(await press("ArrowDown")).toBe(true);
    expect([focused(), revealed]).toEqual(["d:b", [3]]);
    await press("ArrowDown");
    expect(focused()).toBe("d:b");
    await press("ArrowUp");
    await press("ArrowUp");
    expect(focused()).toBe("d:a");
  });

  it("goes by tens, to the beginning and to the end", async () => {
    list([head, ...rows(25)]);
    await press("PageDown");
    expect(focused()).toBe("d:10");
    await press("End");
    expect(focused()).toBe("d:24");
    await press("PageDown");
    expect(focused()).toBe("d:24");
    await press("PageUp");
    expect(focused()).toBe("d:14");
    await press("Home");
    expect(focused()).toBe("d:0");
  });

  it("stays at the line that had the focus, wherever that moves, and goes back to the open one when it is gone", async () => {
    const { made, items } = list(rows(3), "0");
    line("d:2").dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
    expect(made.stop.value).toBe("d:2");
    items.value = [row("2"), row("1"), row("0")];
    expect([made.stop.value, made.index.value]).toEqual(["d:2", 0]);
    items.value = [row("1"), row("0")];
    expect(made.stop.value).toBe("d:0");
  });

  it.each<[string, KeyboardEventInit, LineKey]>([
    ["ArrowRight", {}, "open"], ["ArrowLeft", {}, "close"], ["F2", {}, "rename"], ["Delete", {}, "remove"], ["ContextMenu", {}, "menu"],
    ["F10", { shiftKey: true }, "menu"], ["ArrowUp", { altKey: true }, "up"], ["ArrowDown", { altKey: true }, "down"],
  ])("%s with %j means %s", async (key, more, meant) => {
    list([row("a"), row("b")], "b");
    expect(await press(key, more)).toBe(true);
    expect([acted, focused()]).toEqual([[[meant, "d:b"]], undefined]);
  });

  it("leaves to the browser what the line has no use for", async () => {
    list([row("a"), row("b")], "a", false);
    for (const [key, more] of [["Delete", {}], ["x", {}], ["F10", {}], ["ArrowDown", { ctrlKey: true }], ["ArrowUp", { altKey: true }]] as const) {
      expect([key, await press(key, more)]).toEqual([key, false]);
    }
    expect(focused()).toBeUndefined();
  });

  it("leaves a title that is written, an open menu and an input method alone", async () => {
    list([row("a"), row("b")]);
    expect(await press("ArrowDown", {}, document.querySelector("input")!)).toBe(false);
    expect(await press("ArrowDown", {}, document.querySelector("i")!)).toBe(false);
    expect(await press("ArrowDown", { isComposing: true })).toBe(false);
    expect(focused()).toBeUndefined();
  });
});

describe("lines near what is seen", () => {
  let resized: () => void = () => undefined;
  const disconnect = vi.fn();

  beforeEach(() => {
    vi.useFakeTimers();
    disconnect.mockClear();
    vi.stubGlobal("ResizeObserver", class {
      constructor(heard: () => void) {
        resized = heard;
      }
      observe(): void {}
      disconnect = disconnect;
    });
  });

  /** Lines of 10 px, every tenth (a heading) 20, in a window 100 px high. */
  function list(count: number, kept = -1) {
    const scroller = document.createElement("div");
    const view = { top: 0, height: 100 };
    Object.defineProperties(scroller, { scrollTop: { get: () => view.top, set: (top: number) => (view.top = top) }, clientHeight: { get: () => view.height } });
    const items = shallowRef(Array.from({ length: count }, (_, at) => at));
    const keep = ref(kept);
    const host = hosted(() => useWindow(ref(scroller), computed(() => items.value), (at) => (at % 10 ? 10 : 20), () => keep.value));
    async function scroll(top: number): Promise<void> {
      view.top = top;
      scroller.dispatchEvent(new Event("scroll"));
      await vi.advanceTimersByTimeAsync(20);
    }
    const shown = (): number[] => host.made.places.value.map(({ index }) => index);
    return { ...host, view, items, keep, scroll, shown };
  }
  const from = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, at) => first + at);

  it("are drawn where they belong, with some before and after", async () => {
    const { made, scroll, shown } = list(5000);
    expect(made.total.value).toBe(55_000);
    expect(shown()).toEqual(from(0, 15));
    expect(made.places.value.slice(0, 3).map(({ top }) => top)).toEqual([0, 20, 30]);
    await scroll(27_500);
    // 27,500 is the top of line 2500, 27,600 within line 2509.
    expect(shown()).toEqual(from(2494, 2515));
    expect(made.places.value.find(({ index }) => index === 2500)!.top).toBe(27_500);
    await scroll(54_900);
    expect(shown().at(-1)).toBe(4999);
  });

  it("keep the one with the focus, wherever it is", async () => {
    const { keep, scroll, shown } = list(5000, 3);
    await scroll(27_500);
    expect([shown()[0], shown()[1]]).toEqual([3, 2494]);
    keep.value = 4000;
    expect([shown()[0], shown().at(-1)]).toEqual([2494, 4000]);
    keep.value = 2500;
    expect(shown().filter((index) => index === 2500)).toHaveLength(1);
    keep.value = 9999;
    expect(shown()).toEqual(from(2494, 2515));
  });

  it("are measured once for many movements, and when the window changes", async () => {
    const { scroll, shown, view } = list(5000);
    const frame = vi.spyOn(globalThis, "requestAnimationFrame");
    void scroll(1000);
    void scroll(1100);
    await scroll(1100);
    expect(frame).toHaveBeenCalledTimes(1);
    expect(shown()[0]).toBe(94);
    view.height = 200;
    resized();
    await vi.advanceTimersByTimeAsync(20);
    expect(shown().at(-1)).toBe(124);
  });

  it("are brought into view by as little as shows them whole", () => {
    const { made, view } = list(100);
    made.reveal(2);
    expect(view.top).toBe(0);
    made.reveal(50);
    // Line 50 is from 550 to 570.
    expect(view.top).toBe(570 - 100 + 40);
    made.reveal(20);
    expect(view.top).toBe(220 - 40);
    made.reveal(-1);
    expect(view.top).toBe(180);
    expect(made.places.value.some(({ index }) => index === 20)).toBe(true);
  });

  it("may be none, or fewer than before", async () => {
    const { made, items, scroll, shown } = list(1000);
    await scroll(10_000);
    items.value = from(0, 4);
    expect(shown().every((index) => index < 5)).toBe(true);
    items.value = [];
    expect([made.total.value, shown()]).toEqual([0, []]);
  });

  it("are measured no more when the list is gone", async () => {
    const { unmount, shown } = list(100);
    const before = shown();
    unmount();
    expect(disconnect).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(100);
    expect(shown()).toEqual(before);
  });
});
