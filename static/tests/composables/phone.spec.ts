/** What is particular to a phone: its keyboard, and the swipe that opens the drawer. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ref } from "vue";

import { useDrawerSwipe } from "@/composables/useDrawerSwipe";
import { useKeyboardInset } from "@/composables/useKeyboardInset";
import { useUi } from "@/stores/ui";

import { hosted } from "../host";

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => vi.unstubAllGlobals());

describe("a phone's keyboard", () => {
  const inset = (): string => document.documentElement.style.getPropertyValue("--keyboard");

  /** The visible part of a window that is 800 px high. */
  function phone(): EventTarget & { height: number; offsetTop: number; scale: number } {
    vi.stubGlobal("innerHeight", 800);
    const viewport = Object.assign(new EventTarget(), { height: 800, offsetTop: 0, scale: 1 });
    vi.stubGlobal("visualViewport", viewport);
    return viewport;
  }

  it("covers a part of the page, told when that changes; bars of the browser are none", () => {
    const viewport = phone();
    hosted(useKeyboardInset);
    const told = ([["resize", 500.4, 0], ["scroll", 500, 40], ["resize", 740, 0], ["resize", 800, 0]] as const).map(([event, height, offsetTop]) => {
      Object.assign(viewport, { height, offsetTop });
      viewport.dispatchEvent(new Event(event));
      return inset();
    });
    expect(told).toEqual(["300px", "260px", "0px", "0px"]);
  });

  it("may be there already", () => {
    phone().height = 500;
    hosted(useKeyboardInset);
    expect(inset()).toBe("300px");
  });

  it("is not what makes the visible part smaller when somebody zooms in", () => {
    const viewport = phone();
    hosted(useKeyboardInset);
    Object.assign(viewport, { height: 400, scale: 2 });
    viewport.dispatchEvent(new Event("resize"));
    expect(inset()).toBe("0px");
  });

  it("covers nothing any more when the composer is gone", () => {
    const viewport = phone();
    const { unmount } = hosted(useKeyboardInset);
    viewport.height = 500;
    viewport.dispatchEvent(new Event("resize"));
    expect(inset()).toBe("300px");
    unmount();
    expect(inset()).toBe("");
    viewport.dispatchEvent(new Event("resize"));
    expect(inset()).toBe("");
  });

  it("is not waited for where the browser cannot tell", () => {
    vi.stubGlobal("visualViewport", null);
    hosted(useKeyboardInset).unmount();
    expect(inset()).toBe("");
  });
});

describe("the drawer", () => {
  let root: HTMLElement;

  /** A finger from one place to another; `inside` is what it began on. */
  function swipe(dx: number, dy = 0, inside: HTMLElement = root, fingers = 1): void {
    const at = (x: number, y: number): Touch => ({ clientX: x, clientY: y }) as Touch;
    const fire = (type: string, touches: Touch[], changedTouches: Touch[]): void => {
      inside.dispatchEvent(Object.assign(new Event(type, { bubbles: true }), { touches, changedTouches }));
    };
    fire("touchstart", Array.from({ length: fingers }, () => at(200, 300)), []);
    fire("touchend", [], [at(200 + dx, 300 + dy)]);
  }

  function begin(width = 390): () => void {
    vi.stubGlobal("innerWidth", width);
    root = document.createElement("div");
    return hosted(() => useDrawerSwipe(ref(root))).unmount;
  }

  it("opens by a swipe to the right, closes by one to the left", () => {
    begin();
    swipe(100);
    expect(useUi().drawer).toBe(true);
    swipe(-100);
    expect(useUi().drawer).toBe(false);
  });

  it.each([
    ["too short", 60, 0, 1], ["rather down than aside", 100, 60, 1], ["of two fingers", 100, 0, 2],
  ])("stays where it is when the swipe is %s", (_what, dx, dy, fingers) => {
    begin();
    swipe(dx, dy, root, fingers);
    expect(useUi().drawer).toBe(false);
  });

  it("is none where the window has room for the sidebar", () => {
    begin(900);
    swipe(100);
    expect(useUi().drawer).toBe(false);
  });

  it("leaves its swipe to what scrolls sideways, as far as that can", () => {
    begin();
    const [table, cell] = [document.createElement("div"), document.createElement("b")];
    root.append(table);
    table.append(cell);
    const width = vi.spyOn(table, "scrollWidth", "get").mockReturnValue(800);
    vi.spyOn(table, "clientWidth", "get").mockReturnValue(300);
    document.body.append(root);
    table.style.overflowX = "auto";
    swipe(100, 0, cell);
    expect(useUi().drawer).toBe(false);
    width.mockReturnValue(300);
    swipe(100, 0, cell);
    expect(useUi().drawer).toBe(true);
    root.remove();
  });

  it("closes by Escape, as long as the page is there", () => {
    const unmount = begin();
    const press = (key: string): boolean => (window.dispatchEvent(new KeyboardEvent("keydown", { key })), useUi().drawer);
    useUi().drawer = true;
    expect([press("a"), press("Escape")]).toEqual([true, false]);
    useUi().drawer = true;
    unmount();
    expect(press("Escape")).toBe(true);
  });
});
