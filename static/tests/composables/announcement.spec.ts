/** Where announcements stand: over a long list, which gets room for them; below a short one. */
import { mount } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { defineComponent, h, nextTick, ref, useTemplateRef, type Ref } from "vue";

import { useAnnouncementPlace } from "@/composables/useAnnouncementPlace";

const BAR = 40;
const LIST = 600;
let column = 0;

/** jsdom lays nothing out: each part says how high it is. */
const HEIGHTS: Record<string, () => number> = { bar: () => BAR, column: () => column };
const NAMES = ["offsetHeight", "clientHeight"] as const;
const before = NAMES.map((name) => Object.getOwnPropertyDescriptor(name === "offsetHeight" ? HTMLElement.prototype : Element.prototype, name)!);

function layOut(): void {
  Object.defineProperty(HTMLElement.prototype, "offsetHeight", { configurable: true, get(this: HTMLElement) { return HEIGHTS[this.className]?.() ?? 0; } });
  Object.defineProperty(Element.prototype, "clientHeight", { configurable: true, get: () => LIST });
}

afterEach(() => {
  Object.defineProperty(HTMLElement.prototype, NAMES[0], before[0]!);
  Object.defineProperty(Element.prototype, NAMES[1], before[1]!);
});

function page(height: number): { below: Ref<boolean>; count: Ref<number>; room: () => string } {
  layOut();
  column = height;
  const count = ref(0);
  let below!: Ref<boolean>;
  const Bar = defineComponent(() => {
    below = useAnnouncementPlace(useTemplateRef<HTMLElement>("bar"), () => count.value);
    return () => h("div", { ref: "bar", class: "bar" });
  });
  const chat = mount(() => h("main", [h(Bar), h("div", { class: "list" }, [h("div", { class: "column" })])]));
  return { below, count, room: () => (chat.element as HTMLElement).style.getPropertyValue("--announced") };
}

async function arrive(count: Ref<number>, number: number): Promise<void> {
  count.value = number;
  await nextTick();
  await nextTick();
}

describe("an announcement", () => {
  it("stands over a list that is full, which gets room for it", async () => {
    const { below, count, room } = page(5000);
    await arrive(count, 1);
    expect(below.value).toBe(false);
    expect(room()).toBe(`${BAR}px`);
  });

  it("stands below a chat that leaves room for it, and nothing is pushed down", async () => {
    const { below, count, room } = page(LIST - BAR);
    await arrive(count, 1);
    expect(below.value).toBe(true);
    expect(room()).toBe("0px");
  });

  it("stays where it is while the chat grows, and the next one after none finds its own place", async () => {
    const { below, count } = page(100);
    await arrive(count, 1);
    column = 5000;
    await arrive(count, 2);
    expect(below.value).toBe(true);
    await arrive(count, 0);
    expect(below.value).toBe(false);
    await arrive(count, 1);
    expect(below.value).toBe(false);
  });
});
