/** The text of an answer: when it is drawn, what clicks and copying do in it, pictures from elsewhere. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { h, nextTick, ref, shallowRef } from "vue";

import { usePictures } from "@/composables/usePictures";
import { useProse } from "@/composables/useProse";
import { useProseEvents } from "@/composables/useProseEvents";
import { loadLocale } from "@/i18n";
import type { Block } from "@/lib/markdown/blocks";

import { hosted } from "../host";

const markdown = vi.hoisted(() => ({ chunk: { value: null as unknown } }));
vi.mock("@/composables/useMarkdown", () => ({ useMarkdown: () => markdown.chunk }));

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
  vi.useFakeTimers();
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("the HTML of a block", () => {
  /** What drawing it costs, in milliseconds. */
  let cost = 0;
  let clock = 0;
  const renderProse = vi.fn<(source: string) => string>();
  const text = ref("");
  const live = ref(true);

  beforeEach(() => {
    [cost, clock, text.value, live.value] = [0, 0, "a", true];
    vi.spyOn(performance, "now").mockImplementation(() => clock);
    renderProse.mockReset().mockImplementation((source) => {
      clock += cost;
      return `<p>${source}</p>`;
    });
    markdown.chunk = shallowRef({ renderProse });
  });
  const prose = (): ReturnType<typeof hosted<ReturnType<typeof useProse>>> => hosted(() => useProse(() => ({ source: text.value }) as Block, () => live.value, () => "m1"));
  async function pass(ms: number): Promise<void> {
    clock += ms;
    await vi.advanceTimersByTimeAsync(ms);
  }
  async function type(more: string): Promise<void> {
    text.value += more;
    await nextTick();
  }

  it("follows each change while that is cheap", async () => {
    cost = 5;
    const { made } = prose();
    await type("b");
    await type("c");
    expect([made.value, renderProse.mock.calls.length]).toEqual(["<p>abc</p>", 3]);
  });

  it("rests when it was costly, and then shows all that has come", async () => {
    cost = 10;
    const { made } = prose();
    await type("b");
    await type("c");
    expect(made.value).toBe("<p>a</p>");
    await pass(59);
    expect(made.value).toBe("<p>a</p>");
    await pass(1);
    expect([made.value, renderProse.mock.calls.length]).toEqual(["<p>abc</p>", 2]);
  });

  it("is complete at once when the answer has ended", async () => {
    cost = 10;
    const { made } = prose();
    text.value = "all";
    live.value = false;
    await nextTick();
    expect(made.value).toBe("<p>all</p>");
    await pass(1000);
    expect(renderProse).toHaveBeenCalledTimes(2);
  });

  it("is empty until the renderer has come", async () => {
    const chunk = shallowRef<unknown>(null);
    markdown.chunk = chunk;
    const { made } = prose();
    expect(made.value).toBe("");
    chunk.value = { renderProse };
    await nextTick();
    expect(made.value).toBe("<p>a</p>");
  });

  it("is drawn no more when it is gone", async () => {
    cost = 10;
    const { unmount } = prose();
    await type("b");
    unmount();
    await pass(1000);
    expect(renderProse).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("in the text of an answer", () => {
  const scrolled = vi.fn();
  const { onClick, onCopy } = useProseEvents();
  function show(html: string): HTMLElement {
    document.body.innerHTML = html;
    return document.body;
  }
  /** @returns whether the browser was kept from its own doing. */
  function click(selector: string): boolean {
    const event = new MouseEvent("click", { bubbles: true, cancelable: true });
    document.body.addEventListener("click", onClick, { once: true });
    document.querySelector(selector)!.dispatchEvent(event);
    return event.defaultPrevented;
  }
  beforeEach(() => {
    scrolled.mockClear();
    Element.prototype.scrollIntoView = scrolled;
  });

  it("a footnote leads to its text, which is marked for a moment", () => {
    show('<a href="#note-m1-1"><sup>1</sup></a><li id="note-m1-1" tabindex="-1">Source</li>');
    expect(click("sup")).toBe(true);
    const note = document.getElementById("note-m1-1")!;
    expect([document.activeElement === note, note.className, scrolled.mock.contexts[0] === note]).toEqual([true, "found", true]);
    vi.advanceTimersByTime(5000);
    expect(note.className).toBe("");
  });

  it("a footnote without its text yet leads nowhere, and changes no address", () => {
    show('<a href="#note-m1-2">2</a>');
    expect([click("a"), scrolled.mock.calls.length]).toEqual([true, 0]);
  });

  it("other links are the browser's", () => {
    show('<a href="#elsewhere">x</a><p>words</p>');
    expect([click("p"), scrolled.mock.calls.length]).toEqual([false, 0]);
  });

  it.each([[true, true], [false, false]])("the button of nested code copies it, and says so when it could: %s", async (works, marked) => {
    const write = vi.fn<(text: string) => Promise<void>>(async () => (works ? undefined : Promise.reject(new Error("denied"))));
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText: write } });
    document.execCommand = () => false;
    show('<li><div><button class="nested-copy"><b>Copy</b></button><pre>let a;\n</pre></div></li>');
    click("b");
    await vi.advanceTimersByTimeAsync(0);
    const button = document.querySelector("button")!;
    expect([write.mock.calls, button.classList.contains("copied")]).toEqual([[["let a;\n"]], marked]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(button.classList.contains("copied")).toBe(false);
  });

  it("formulas are copied as their source, and plain text as the browser does", () => {
    show('<p>Energy <span data-tex="$E$">E</span> is.</p><p>Plain.</p>');
    const copied = (element: Element): [boolean, unknown] => {
      const setData = vi.fn();
      const preventDefault = vi.fn();
      document.getSelection()!.selectAllChildren(element);
      onCopy({ clipboardData: { setData }, preventDefault } as unknown as ClipboardEvent);
      return [preventDefault.mock.calls.length > 0, setData.mock.lastCall];
    };
    expect(copied(document.querySelector("p")!)).toEqual([true, ["text/plain", "Energy $E$ is."]]);
    expect(copied(document.querySelectorAll("p")[1]!)).toEqual([false, undefined]);
  });
});

describe("a picture from elsewhere", () => {
  const A = "https://a.test/a.png";
  function page(): { made: ReturnType<typeof usePictures>; click: (selector: string, more?: MouseEventInit) => boolean } {
    const { made } = hosted(usePictures, ({ onClick }) =>
      h("p", { onClick }, [h("a", { class: "remote-image", href: A }, [h("i")]), h("a", { class: "remote-image", href: "https://b.test/b.png", id: "b" }), h("a", { id: "plain", href: "#x" })]));
    const click = (selector: string, more: MouseEventInit = {}): boolean => {
      const event = new MouseEvent("click", { bubbles: true, cancelable: true, ...more });
      document.querySelector(selector)!.dispatchEvent(event);
      return event.defaultPrevented;
    };
    return { made, click };
  }

  it("is shown when somebody asks for that one, and goes the same way", () => {
    const { made, click } = page();
    expect(made.pictures.value).toEqual([]);
    expect(click("i")).toBe(true);
    click("#b");
    expect(made.pictures.value).toEqual([A, "https://b.test/b.png"]);
    click("i");
    expect(made.pictures.value).toEqual(["https://b.test/b.png"]);
    made.hide("https://b.test/b.png");
    expect(made.pictures.value).toEqual([]);
  });

  it("is a link like any other with a key held down; other links are not its business", () => {
    const { made, click } = page();
    const held: MouseEventInit[] = [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { button: 1 }];
    expect(held.map((more) => click("i", more))).toEqual([false, false, false, false]);
    expect(click("#plain")).toBe(false);
    expect(made.pictures.value).toEqual([]);
  });
});
