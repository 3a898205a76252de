/** Where the reader is, and stays: anchors, following the end, drawing what is near. */
import { mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h, nextTick, ref, type Ref } from "vue";

import { provideNearby, useNearby } from "@/composables/useNearby";
import { useStickToBottom } from "@/composables/useStickToBottom";
import { anchorOf, movedBy } from "@/lib/anchor";
import { likelyHeight } from "@/lib/height";
import { createSlices } from "@/lib/slices";

/** jsdom lays nothing out: rows of given heights under a scroll position stand in. */
class Layout {
  heights: number[] = [];
  top = 0;
  view = 100;
  readonly scroller = document.createElement("div");
  readonly content = document.createElement("div");

  constructor(heights: number[]) {
    this.scroller.append(this.content);
    for (const height of heights) this.append(height);
    Object.defineProperties(this.scroller, {
      scrollTop: { get: () => this.top, set: (value: number) => (this.top = Math.max(0, Math.min(value, this.total - this.view))) },
      scrollHeight: { get: () => this.total },
      clientHeight: { get: () => this.view },
    });
    this.scroller.scrollTo = ((options: { top: number }) => void (this.scroller.scrollTop = options.top)) as never;
    this.scroller.getBoundingClientRect = () => new DOMRect(0, 0, 10, this.view);
  }

  get total(): number {
    return this.heights.reduce((sum, height) => sum + height, 0);
  }

  append(height: number, before = this.heights.length): HTMLElement {
    const row = document.createElement("div");
    this.content.insertBefore(row, this.content.children[before] ?? null);
    this.heights.splice(before, 0, height);
    row.getBoundingClientRect = () => {
      const at = [...this.content.children].indexOf(row);
      const above = this.heights.slice(0, at).reduce((sum, each) => sum + each, 0);
      return new DOMRect(0, above - this.top, 10, this.heights[at]);
    };
    return row;
  }

  scroll(by: number): void {
    this.scroller.scrollTop = this.top + by;
    this.scroller.dispatchEvent(new Event("scroll"));
  }
}

describe("an anchor", () => {
  it("is the first row below the edge, and tells how far it has moved", () => {
    const layout = new Layout([50, 50, 50, 50]);
    document.body.append(layout.scroller);
    layout.top = 70;
    const anchor = anchorOf(layout.scroller, layout.content);
    expect(anchor.map(({ element }) => [...layout.content.children].indexOf(element))).toEqual([1]);
    layout.append(30, 0);
    expect(movedBy(anchor, layout.scroller, 0)).toBe(30);
    layout.top += 10;
    expect(movedBy(anchor, layout.scroller, 10)).toBe(30);
    layout.scroller.remove();
  });

  it("is nothing in an empty list, and moves nothing when it is gone", () => {
    expect(anchorOf(new Layout([]).scroller, new Layout([]).content)).toEqual([]);
    const layout = new Layout([50, 50]);
    const anchor = anchorOf(layout.scroller, layout.content);
    layout.content.replaceChildren();
    expect(movedBy(anchor, layout.scroller, 5)).toBe(0);
  });
});

describe("following the end", () => {
  let layout: Layout;
  let resized: () => void;
  let stuck: Ref<boolean>;
  let wrapper: VueWrapper;

  beforeEach(() => {
    layout = new Layout([80, 80, 80]);
    vi.stubGlobal(
      "ResizeObserver",
      class {
        constructor(callback: () => void) {
          resized = callback;
        }
        observe(): void {}
        disconnect(): void {}
      },
    );
    document.body.append(layout.scroller);
    wrapper = mount(
      defineComponent(() => {
        ({ stuck } = useStickToBottom(ref(layout.scroller), ref(layout.content)));
        return () => h("i");
      }),
    );
  });
  afterEach(() => {
    wrapper.unmount();
    layout.scroller.remove();
    vi.unstubAllGlobals();
  });

  const grow = (height: number, before?: number): void => {
    layout.append(height, before);
    resized();
  };

  it("begins at the end and goes on with it", () => {
    expect(layout.top).toBe(140);
    grow(60);
    expect(layout.top).toBe(200);
  });

  it("goes on with it from the page's first moment, where nobody has clicked yet", () => {
    vi.spyOn(performance, "now").mockReturnValue(120);
    grow(60);
    expect([layout.top, stuck.value]).toEqual([200, true]);
    vi.restoreAllMocks();
  });

  it("lets go of a reader who scrolls up, however little, and holds what is read", () => {
    layout.scroll(-3);
    expect(stuck.value).toBe(false);
    grow(60);
    expect(layout.top).toBe(137);
    grow(60, 0);
    expect(layout.top).toBe(197);
    layout.scroll(10_000);
    expect(stuck.value).toBe(true);
    grow(5);
    expect(layout.top).toBe(layout.total - layout.view);
  });

  it("holds what is read also when the scrolling is told before the growing", () => {
    layout.scroll(-40);
    layout.append(500, 0);
    layout.scroll(-10);
    expect(layout.top).toBe(140 - 40 - 10 + 500);
    resized();
    expect(layout.top).toBe(590);
  });

  it("stays at the end when there is more room for it: a smaller field, a keyboard that goes", () => {
    layout.view = 60;
    resized();
    expect(layout.top).toBe(180);
    layout.view = 100;
    layout.scroll(0);
    expect(layout.top).toBe(140);
    expect(stuck.value).toBe(true);
    resized();
    grow(60);
    expect(layout.top).toBe(200);
  });

  it("stays at the end when what more room brings into sight is higher than was guessed", () => {
    layout.view = 60;
    resized();
    layout.view = 100;
    layout.heights[0]! += 30;
    layout.scroller.scrollTop = 140;
    layout.scroller.dispatchEvent(new Event("scroll"));
    expect(stuck.value).toBe(true);
    expect(layout.top).toBe(170);
  });

  it("does not take the end coming closer for the reader's will", () => {
    layout.scroll(-3);
    layout.heights[2] = 60;
    layout.scroller.scrollTop = layout.top;
    layout.scroller.dispatchEvent(new Event("scroll"));
    expect(stuck.value).toBe(false);
  });

  it("does not move what was opened by a click", () => {
    const row = layout.content.children[1]!;
    row.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    grow(200, 2);
    expect(layout.top).toBe(140);
    expect(stuck.value).toBe(false);
  });

  it("does not move text that is being marked", () => {
    layout.content.children[2]!.textContent = "some words";
    document.getSelection()!.selectAllChildren(layout.content.children[2]!);
    grow(60);
    expect(layout.top).toBe(140);
    expect(stuck.value).toBe(false);
    document.getSelection()!.removeAllRanges();
  });
});

describe("rows", () => {
  let seen: (element: Element, near: boolean) => void;

  beforeEach(() => {
    vi.stubGlobal(
      "IntersectionObserver",
      class {
        constructor(callback: (entries: object[]) => void) {
          seen = (target, isIntersecting) => callback([{ target, isIntersecting }]);
        }
        observe(): void {}
        unobserve(): void {}
        disconnect(): void {}
      },
    );
  });
  afterEach(() => vi.unstubAllGlobals());

  const Row = defineComponent({
    props: { now: Boolean },
    setup(props) {
      const element = ref<HTMLElement | null>(null);
      const drawn = useNearby(element, props.now);
      return () => h("p", { ref: element }, drawn.value ? "drawn" : "plain");
    },
  });
  const List = defineComponent(() => {
    const scroller = ref<HTMLElement | null>(null);
    provideNearby(scroller);
    return () => h("div", { ref: scroller }, [h(Row), h(Row), h(Row, { now: true })]);
  });
  const frame = (): Promise<unknown> => new Promise(requestAnimationFrame);

  it("are drawn when they come near, not when they have gone again, and all for print", async () => {
    const wrapper = mount(List);
    const rows = wrapper.findAll("p").map((row) => row.element);
    const texts = (): string[] => wrapper.findAll("p").map((row) => row.text());
    expect(texts()).toEqual(["plain", "plain", "drawn"]);
    seen(rows[0]!, true);
    seen(rows[0]!, false);
    seen(rows[1]!, true);
    await frame();
    await nextTick();
    expect(texts()).toEqual(["plain", "drawn", "drawn"]);
    window.dispatchEvent(new Event("beforeprint"));
    await nextTick();
    expect(texts()).toEqual(["drawn", "drawn", "drawn"]);
    wrapper.unmount();
  });
});

describe("slices", () => {
  it("begin with the latest, not at once, and forget what is dropped", async () => {
    const slices = createSlices();
    const done: string[] = [];
    const work = (name: string, ms = 0) => (): void => {
      const until = performance.now() + ms;
      while (performance.now() < until);
      done.push(name);
    };
    const dropped = work("dropped");
    slices.add(work("first"));
    slices.add(dropped);
    slices.add(work("heavy", 9));
    slices.drop(dropped);
    expect(done).toEqual([]);
    await vi.waitFor(() => expect(done).toEqual(["heavy", "first"]));
  });

  it("can be done at once", () => {
    const slices = createSlices();
    let done = 0;
    slices.add(() => (done += 1));
    slices.flush();
    expect(done).toBe(1);
  });
});

describe("the likely height of a message", () => {
  it("grows with lines, and more with Chinese ones", () => {
    const wide = 736;
    expect(likelyHeight("assistant", "a\nb\nc", wide)).toBeGreaterThan(likelyHeight("assistant", "a", wide));
    expect(likelyHeight("user", "字".repeat(300), wide)).toBeGreaterThan(likelyHeight("user", "a".repeat(300), wide));
    const long = likelyHeight("assistant", "word ".repeat(20_000), wide);
    expect(long).toBeGreaterThan(20_000);
    expect(long).toBeLessThan(40_000);
  });
});
