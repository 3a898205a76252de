/** What happens when something comes near the part of the page that is seen. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick, ref } from "vue";

import { useInfiniteScroll } from "@/composables/useInfiniteScroll";
import { useNear } from "@/composables/useNear";

import { hosted } from "../host";

/** Observes nothing by itself: the test says what comes into view. */
class Observer {
  static all: Observer[] = [];
  readonly seen = new Set<Element>();
  constructor(
    private readonly told: (entries: { target: Element; isIntersecting: boolean }[]) => void,
    readonly options: IntersectionObserverInit,
  ) {
    Observer.all.push(this);
  }
  observe(element: Element): void {
    this.seen.add(element);
  }
  unobserve(element: Element): void {
    this.seen.delete(element);
  }
  disconnect(): void {
    this.seen.clear();
  }
  /** Several at once, as after a busy moment, oldest first. */
  tell(target: Element, ...intersecting: boolean[]): void {
    if (this.seen.has(target)) this.told(intersecting.map((isIntersecting) => ({ target, isIntersecting })));
  }
}

const observed = (): number => Observer.all.reduce((sum, { seen }) => sum + seen.size, 0);
const tell = (target: Element, ...intersecting: boolean[]): void => Observer.all.forEach((observer) => observer.tell(target, ...intersecting));

beforeEach(() => {
  setActivePinia(createPinia());
  vi.stubGlobal("IntersectionObserver", Observer);
});
afterEach(() => vi.unstubAllGlobals());

describe("an element", () => {
  const watch = (element: HTMLElement | null): ReturnType<typeof hosted<ReturnType<typeof useNear>>> => hosted(() => useNear(() => element));

  it("is near once it has come near, and stays so", () => {
    const element = document.createElement("p");
    const { made: near } = watch(element);
    tell(element, false);
    expect(near.value).toBe(false);
    tell(element, true);
    expect([near.value, observed()]).toEqual([true, 0]);
  });

  it("is near before it is seen, also where a list scrolls in the page", () => {
    watch(document.createElement("p"));
    expect(Observer.all.at(-1)!.options).toEqual({ rootMargin: "600px", scrollMargin: "600px" });
  });

  it("comes near by itself, without the others", () => {
    const [one, other] = [document.createElement("p"), document.createElement("p")];
    const [first, second] = [watch(one), watch(other)];
    tell(other, true);
    expect([first.made.value, second.made.value]).toEqual([false, true]);
  });

  it("is forgotten when it goes before", () => {
    const element = document.createElement("p");
    const { made: near, unmount } = watch(element);
    expect(observed()).toBe(1);
    unmount();
    expect([observed(), near.value]).toEqual([0, false]);
  });

  it("that is not there is never near", () => {
    expect([watch(null).made.value, observed()]).toEqual([false, 0]);
  });

  it("is near at once where the browser cannot tell", () => {
    vi.unstubAllGlobals();
    expect(watch(document.createElement("p")).made.value).toBe(true);
  });
});

describe("the end of a list", () => {
  async function list(end: HTMLElement | null = document.createElement("i")): Promise<{ end: HTMLElement; load: ReturnType<typeof vi.fn>; unmount: () => void }> {
    const load = vi.fn();
    const { unmount } = hosted(() => useInfiniteScroll(ref(end), load));
    await nextTick();
    return { end: end!, load, unmount };
  }

  it("loads more each time it comes near, and not when it goes", async () => {
    const { end, load } = await list();
    tell(end, false);
    expect(load).not.toHaveBeenCalled();
    tell(end, true);
    tell(end, false);
    tell(end, true);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("loads by where it is now, when several things are told at once", async () => {
    const { end, load } = await list();
    tell(end, true, false);
    expect(load).not.toHaveBeenCalled();
    tell(end, false, true);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("loads nothing any more when the list has gone, or without an end", async () => {
    const { end, load, unmount } = await list();
    unmount();
    tell(end, true);
    expect([load.mock.calls.length, observed()]).toEqual([0, 0]);
    await list(null);
    expect(observed()).toBe(0);
  });
});
