import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";

import MarkdownView from "@/components/chat/MarkdownView.vue";
import { loadMarkdown } from "@/composables/useMarkdown";
import { i18n, loadLocale } from "@/i18n";
import { readFrame } from "@/lib/frame";
import { withSources } from "@/lib/selection";

async function show(source: string, live = false): Promise<VueWrapper> {
  const wrapper = mount(MarkdownView, { props: { source, live }, global: { plugins: [i18n] }, attachTo: document.body });
  await flushPromises();
  await vi.waitFor(() => undefined);
  return wrapper;
}

beforeEach(async () => {
  setActivePinia(createPinia());
  document.body.replaceChildren();
  await Promise.all([loadLocale("en"), loadMarkdown()]);
});

describe("an answer on the page", () => {
  it("has one table for all pieces of a long one", async () => {
    const rows = Array.from({ length: 100 }, (_, at) => `| ${at} | x |`).join("\n");
    const view = await show(`| a | b |\n|---|--:|\n${rows}`);
    expect(view.findAll("table").length).toBe(1);
    expect(view.findAll("tbody").length).toBe(3);
    expect(view.findAll("tbody tr").length).toBe(100);
    expect(view.findAll("th").length).toBe(2);
  });

  it("draws only the last piece anew while it grows", async () => {
    const lines = Array.from({ length: 120 }, (_, at) => `- ${at}`).join("\n");
    const view = await show(lines, true);
    const first = view.find("ul").element;
    await view.setProps({ source: `${lines} and\n- more` });
    expect(view.find("ul").element).toBe(first);
    expect(view.findAll("li").length).toBe(121);
    expect(view.findAll(".growing").length).toBe(1);
    await view.setProps({ live: false });
    expect(view.find(".growing").exists()).toBe(false);
  });

  it("leads from a footnote to its text without touching the address", async () => {
    Element.prototype.scrollIntoView = vi.fn();
    const both = defineComponent({ render: () => ["a[^1]\n\n[^1]: text", "b[^1]\n\n[^1]: other"].map((source) => h(MarkdownView, { source })) });
    const [one, two] = mount(both, { global: { plugins: [i18n] }, attachTo: document.body }).findAllComponents(MarkdownView);
    await vi.waitFor(() => expect(document.querySelectorAll(".notes").length).toBe(2));
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
    await one!.find("sup a").trigger("click");
    expect(document.activeElement?.textContent).toContain("text");
    await two!.find(".note-back").trigger("click");
    expect(document.querySelectorAll(".found").length).toBe(2);
    expect(location.hash).toBe("");
  });

  it("fetches no picture before it is asked to, and then in a frame without an origin", async () => {
    const view = await show("![a](https://p.example/a.png)");
    expect(view.find("iframe").exists()).toBe(false);
    await view.find("a.remote-image").trigger("click", { ctrlKey: true });
    expect(view.find("iframe").exists()).toBe(false);
    await view.find("a.remote-image").trigger("click");
    await vi.waitFor(() => expect(view.find("iframe").attributes()).toMatchObject({ sandbox: "allow-scripts", src: "/frame/picture" }));
    await view.find("a.remote-image").trigger("click");
    expect(view.find("iframe").exists()).toBe(false);
  });

  it("numbers long code, marks lines, and folds what was written before", async () => {
    const code = Array.from({ length: 160 }, (_, at) => `line ${at}`).join("\n");
    const view = await show(`\`\`\`js {2}\n${code}\n\`\`\``);
    expect(view.find("figure").classes()).toEqual(expect.arrayContaining(["numbered", "folded"]));
    expect(view.findAll(".line").length).toBe(160);
    expect(view.findAll(".marked").length).toBe(1);
    const live = await show(`\`\`\`js\n${code}`, true);
    expect(live.find("figure").classes()).not.toContain("folded");
    expect(live.find("[data-test=copy-code]").exists()).toBe(false);
  });
});

describe("a selection with formulas", () => {
  function select(html: string, query: string): string | null {
    document.body.innerHTML = html;
    getSelection()!.selectAllChildren(document.querySelector(query)!);
    return withSources(getSelection());
  }

  it("is copied with their sources", () => {
    expect(select('<div><p>a <span data-tex="$x$"><i>x</i><b>x</b></span> b</p><p>c</p></div>', "div")).toBe("a $x$ b\n\nc");
    expect(select('<p>a <span data-tex="$x$"><i>x</i></span></p>', "i")).toBe("$x$");
  });

  it("without any is left to the browser", () => {
    expect(select("<p>a</p>", "p")).toBeNull();
    getSelection()!.removeAllRanges();
    expect(withSources(getSelection())).toBeNull();
  });
});

describe("what a frame says", () => {
  it.each([
    [{ type: "ready" }, { type: "ready" }], [{ type: "size", height: 5 }, { type: "size", height: 5 }], [{ type: "failed", reason: "x".repeat(999) }, { type: "failed", reason: "x".repeat(300) }],
    [{ type: "size", height: 1e9 }, null], [{ type: "size", height: "5" }, null], [{ type: "failed" }, null], [{ type: "draw" }, null], [null, null], ["ready", null],
  ])("%j", (said, heard) => {
    expect(readFrame(said)).toEqual(heard);
  });
});
