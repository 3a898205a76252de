import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h, ref } from "vue";

import MarkdownView from "@/components/chat/MarkdownView.vue";
import { loadMarkdown } from "@/composables/useMarkdown";
import { provideNearby } from "@/composables/useNearby";
import { i18n, loadLocale } from "@/i18n";

beforeEach(async () => {
  setActivePinia(createPinia());
  document.body.replaceChildren();
  await Promise.all([loadLocale("en"), loadMarkdown()]);
});

afterEach(() => vi.unstubAllGlobals());

/** Also where others use the machine. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, 30_000);

describe("a long answer that is opened", () => {
  let met: (entries: { target: Element; isIntersecting: boolean }[]) => void;

  async function open(source: string): Promise<HTMLElement> {
    vi.stubGlobal("IntersectionObserver", class {
      constructor(callback: typeof met) {
        met = callback;
      }
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    });
    const list = defineComponent({
      setup() {
        provideNearby(ref(null));
        return () => h(MarkdownView, { source });
      },
    });
    const { element } = mount(list, { global: { plugins: [i18n] }, attachTo: document.body });
    const view = element as HTMLElement;
    await soon(() => expect(view.querySelector(".md-block")).not.toBeNull());
    return view;
  }

  const source = `First[^1].\n\n[^1]: the note\n\n${Array.from({ length: 80 }, (_, at) => `Paragraph *${at}*.`).join("\n\n")}`;

  it("draws its end, and the rest when it is near", async () => {
    const view = await open(source);
    const sections = [...view.querySelectorAll(".md-section")];
    expect(sections.map((section) => section.classList.contains("far"))).toEqual([true, true, true, true, true, false, false]);
    expect(sections[1]!.textContent).toContain("Paragraph *15*.");
    met([{ target: sections[1]!, isIntersecting: true }]);
    await soon(() => expect(sections[1]!.textContent).toContain("Paragraph 15."));
    expect(view.querySelectorAll(".far").length).toBe(4);
  });

  it("is all there on a page that is no list", async () => {
    const { element } = mount(MarkdownView, { props: { source }, global: { plugins: [i18n] } });
    await soon(() => expect(element.querySelector(".md-block")).not.toBeNull());
    expect(element.querySelector(".far")).toBeNull();
  });

  it("draws all of it for the printer", async () => {
    const printed = await open(source);
    window.dispatchEvent(new Event("beforeprint"));
    await soon(() => expect(printed.querySelector(".far")).toBeNull());
  });

  it("draws all of it for the way back from a footnote", async () => {
    Element.prototype.scrollIntoView = vi.fn();
    const view = await open(source);
    await soon(() => expect(view.querySelector(".note-back")).not.toBeNull());
    (view.querySelector(".note-back") as HTMLElement).click();
    await soon(() => expect(view.querySelector(".found")).not.toBeNull());
    expect(view.querySelector(".far")).toBeNull();
  });
});
