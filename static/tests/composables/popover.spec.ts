/** A panel beside its button: where it stands, its keys, who has the focus before and after. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { h, nextTick, ref, type VNode } from "vue";

import { usePopover } from "@/composables/usePopover";

import { hosted, type Hosted } from "../host";

let anchor: HTMLButtonElement;
const close = vi.fn();
const box = (top: number, left: number, width = 0, height = 0): DOMRect => ({ top, left, width, height, bottom: top + height, right: left + width }) as DOMRect;

beforeEach(() => {
  setActivePinia(createPinia());
  close.mockClear();
  anchor = document.createElement("button");
  document.body.append(anchor);
  vi.spyOn(window, "innerWidth", "get").mockReturnValue(1000);
  vi.spyOn(window, "innerHeight", "get").mockReturnValue(800);
  vi.spyOn(anchor, "getBoundingClientRect").mockReturnValue(box(100, 50, 30, 30));
});
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

const item = (id: string, more: object = {}): VNode => h("button", { id, role: "menuitem", ...more });
async function open(...content: VNode[]): Promise<Hosted<ReturnType<typeof usePopover>>> {
  const panel = ref<HTMLElement | null>(null);
  const host = hosted(() => usePopover(panel, () => anchor, close), ({ onKeydown }) => h("section", { ref: panel, onKeydown }, content));
  await nextTick();
  return host;
}
const panel = (): HTMLElement => document.querySelector("section")!;
const focused = (): string => document.activeElement!.id;
/** @returns whether the key was taken. */
function press(key: string, more: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  document.activeElement!.dispatchEvent(event);
  return event.defaultPrevented;
}
/** What the browser says when Escape or a click outside has closed it. */
const shut = (): boolean => panel().dispatchEvent(Object.assign(new Event("toggle"), { newState: "closed" }));

describe("a panel", () => {
  it("has the focus on its first item, or where it says", async () => {
    const { unmount } = await open(item("off", { disabled: true }), item("a"), item("b"));
    expect(focused()).toBe("a");
    unmount();
    await open(item("a"), h("input", { id: "search", "data-menu-focus": "" }));
    expect(focused()).toBe("search");
  });

  it("goes round by the arrows, past what is disabled", async () => {
    await open(item("a"), item("off", { disabled: true }), h("button", { id: "b", role: "option" }), item("c"));
    const visited = ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Home", "End"].map((key) => [press(key), focused()]);
    expect(visited).toEqual([[true, "b"], [true, "c"], [true, "a"], [true, "c"], [true, "a"], [true, "c"]]);
    expect(press("x")).toBe(false);
  });

  it("leaves to a field what belongs to it, and to an input method what it chooses with", async () => {
    await open(h("input", { id: "search", "data-menu-focus": "" }), h("textarea", { id: "words", "data-menu-focus": "" }), item("a"));
    expect([press("Home"), press("End"), press("ArrowDown", { isComposing: true }), focused()]).toEqual([false, false, false, "search"]);
    expect([press("ArrowDown"), focused()]).toEqual([true, "words"]);
    expect([press("ArrowDown"), focused()]).toEqual([false, "words"]);
  });

  it("stands at its button as that moves, and goes when the button has gone", async () => {
    await open(item("a"));
    expect([panel().style.top, panel().style.left]).toEqual(["136px", "50px"]);
    vi.mocked(anchor.getBoundingClientRect).mockReturnValue(box(200, 80, 30, 30));
    window.dispatchEvent(new Event("resize"));
    expect([panel().style.top, panel().style.left]).toEqual(["236px", "80px"]);
    vi.mocked(anchor.getBoundingClientRect).mockReturnValue(box(300, 80, 30, 30));
    panel().dispatchEvent(new Event("scroll"));
    expect(panel().style.top).toBe("236px");
    document.body.dispatchEvent(new Event("scroll"));
    expect(panel().style.top).toBe("336px");
    anchor.remove();
    window.dispatchEvent(new Event("resize"));
    expect(close).toHaveBeenCalledOnce();
  });

  it("is left to the style sheet on a phone, where it is a sheet", async () => {
    vi.spyOn(window, "innerWidth", "get").mockReturnValue(390);
    await open(item("a"));
    expect([panel().style.top, panel().style.left]).toEqual(["", ""]);
  });

  it("gives the focus back to its button when it closes, unless it is elsewhere by then", async () => {
    const { unmount } = await open(item("a"));
    panel().dispatchEvent(Object.assign(new Event("toggle"), { newState: "open" }));
    expect(close).not.toHaveBeenCalled();
    shut();
    expect([close.mock.calls.length, document.activeElement === anchor]).toEqual([1, true]);
    unmount();
    await open(item("a"));
    const other = document.body.appendChild(document.createElement("input"));
    other.focus();
    shut();
    expect(document.activeElement === other).toBe(true);
  });

  it("listens to the page no longer than it is there", async () => {
    const { unmount } = await open(item("a"));
    unmount();
    anchor.remove();
    window.dispatchEvent(new Event("resize"));
    document.body.dispatchEvent(new Event("scroll"));
    expect(close).not.toHaveBeenCalled();
  });
});
