/** A diagram: drawn in the colours of the page, with so much time and no more. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick, ref } from "vue";

import { useDark } from "@/composables/useDark";
import { useDiagram } from "@/composables/useDiagram";
import { useUser } from "@/stores/user";

import { hosted } from "../host";

const FETCH = 30_000;
const DRAW = 8_000;

/** The system's own choice, which may change. */
class System extends EventTarget {
  matches = false;
  turn(dark: boolean): void {
    this.matches = dark;
    this.dispatchEvent(new Event("change"));
  }
}
let system: System;

beforeEach(() => {
  setActivePinia(createPinia());
  system = new System();
  vi.stubGlobal("matchMedia", (query: string) => (query === "(prefers-color-scheme: dark)" ? system : { matches: false }));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.documentElement.removeAttribute("style");
});

describe("a dark page", () => {
  it("is the reader's choice before the system's", () => {
    const { made: dark } = hosted(useDark);
    expect(dark.value).toBe(false);
    system.turn(true);
    expect(dark.value).toBe(true);
    const seen = (["light", "dark", "system"] as const).map((theme) => ((useUser().theme = theme), dark.value));
    expect(seen).toEqual([false, true, true]);
    system.turn(false);
    expect(dark.value).toBe(false);
  });

  it("is followed no longer than it is shown", () => {
    const { made: dark, unmount } = hosted(useDark);
    unmount();
    system.turn(true);
    expect(dark.value).toBe(false);
  });
});

describe("a diagram", () => {
  const source = ref("graph LR");
  const near = ref(true);
  const begin = (): ReturnType<typeof hosted<ReturnType<typeof useDiagram>>> => hosted(() => useDiagram(() => source.value, near));

  beforeEach(() => {
    source.value = "graph LR";
    near.value = true;
  });

  it("is fetched for, drawn, and as high as it says, within reason", () => {
    const { made } = begin();
    expect(made.state.value).toBe("loading");
    made.onReady();
    expect(made.state.value).toBe("drawing");
    made.onSize(300);
    expect([made.state.value, made.height.value]).toEqual(["drawn", 300]);
    made.onSize(1e6);
    expect(made.height.value).toBe(4000);
    vi.advanceTimersByTime(FETCH + DRAW);
    expect(made.state.value).toBe("drawn");
  });

  it("is away when what draws it does not come", () => {
    const { made } = begin();
    vi.advanceTimersByTime(FETCH - 1);
    expect(made.state.value).toBe("loading");
    vi.advanceTimersByTime(1);
    expect(made.state.value).toBe("away");
  });

  it("has its time from when the reader comes near it", async () => {
    near.value = false;
    const { made } = begin();
    vi.advanceTimersByTime(10 * FETCH);
    expect(made.state.value).toBe("loading");
    near.value = true;
    await nextTick();
    vi.advanceTimersByTime(FETCH - 1);
    expect(made.state.value).toBe("loading");
    vi.advanceTimersByTime(1);
    expect(made.state.value).toBe("away");
  });

  it("is stopped when it takes too long, however long fetching took", () => {
    const { made } = begin();
    vi.advanceTimersByTime(FETCH - 1);
    made.onReady();
    vi.advanceTimersByTime(DRAW - 1);
    expect(made.state.value).toBe("drawing");
    vi.advanceTimersByTime(1);
    expect(made.state.value).toBe("slow");
  });

  it("that has a mistake is wrong, and may be right once it is changed", () => {
    const { made } = begin();
    made.onReady();
    made.onFailed();
    vi.advanceTimersByTime(DRAW);
    expect(made.state.value).toBe("wrong");
    source.value = "graph TD; A-->B";
    expect(made.message.value).toMatchObject({ type: "draw", source: "graph TD; A-->B" });
    made.onSize(50);
    expect(made.state.value).toBe("drawn");
  });

  it("is drawn anew in the colours that the page has after it turned dark", async () => {
    const root = document.documentElement;
    root.style.setProperty("--text", "rgb(1, 1, 1)");
    const { made } = begin();
    expect([made.message.value.type === "draw" && made.message.value.dark, made.colours.value.textColor]).toEqual([false, "rgb(1, 1, 1)"]);
    root.style.setProperty("--text", "rgb(250, 250, 250)");
    system.turn(true);
    await nextTick();
    await nextTick();
    expect(made.message.value).toMatchObject({ dark: true, colours: { textColor: "rgb(250, 250, 250)" } });
  });

  it("leaves no timer behind", () => {
    const { made, unmount } = begin();
    made.onReady();
    unmount();
    expect(vi.getTimerCount()).toBe(0);
    near.value = false;
    begin().unmount();
    near.value = true;
    expect(vi.getTimerCount()).toBe(0);
  });
});
