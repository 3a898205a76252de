/** A block of code: its lines, when they have numbers, when they are folded and wrapped. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ref } from "vue";

import { useCodeBlock, type CodeView } from "@/composables/useCodeBlock";
import { loadMarkdown } from "@/composables/useMarkdown";
import { useUser } from "@/stores/user";
import type { User } from "@/types/api";

import { Refusal, serve } from "../helpers";
import { hosted } from "../host";

const lines = (count: number): string => Array.from({ length: count }, (_, at) => `line ${at + 1}`).join("\n");
const block = (code: string, written = "", live = false): CodeView => hosted(() => useCodeBlock(() => code, () => written, () => live)).made;

beforeEach(async () => {
  setActivePinia(createPinia());
  useUser().user = { id: 7, username: "ann", preferences: {} } as User;
  await loadMarkdown();
});
afterEach(() => vi.unstubAllGlobals());

describe("a block of code", () => {
  it("is called what is written behind its fence", () => {
    expect(block("x", 'Python {2,4} title="a.py"').info.value).toEqual({ language: "python", title: "a.py", marks: new Set([2, 4]) });
    expect(block("x").info.value).toMatchObject({ language: "", title: "" });
  });

  it.each([[0, "", false], [19, lines(19), false], [19, `${lines(19)}\n`, false], [20, lines(20), true]])("has numbers from twenty lines on: %i", (count, code, numbered) => {
    const view = block(code);
    expect([view.lines.value, view.numbered.value]).toEqual([count, numbered]);
  });

  it.each([[30, false, false], [31, true, false], [150, true, false], [151, true, true]])("of %i lines may be folded (%s), and is (%s)", (count, foldable, folded) => {
    const view = block(lines(count));
    expect([view.foldable.value, view.folded.value]).toEqual([foldable, folded]);
  });

  it("is never folded under somebody who watches it grow", () => {
    const view = block(lines(200), "", true);
    expect([view.foldable.value, view.folded.value]).toEqual([false, false]);
  });

  it("grows without drawing again what has been drawn", () => {
    const code = ref(lines(120));
    const { made } = hosted(() => useCodeBlock(() => code.value, () => "", () => true));
    const [first] = made.chunks.value;
    code.value += "\nand one more";
    expect(made.chunks.value[0]).toBe(first);
    expect([made.lines.value, made.chunks.value.map(({ text }) => text).join("")]).toEqual([121, code.value]);
  });

  it("is wrapped for the person, not for the block, also when the server cannot be reached", async () => {
    const asked = serve({ "PATCH /api/user/info": () => new Refusal(503, "Busy.") });
    const [one, other] = [block("x"), block("y")];
    expect(one.wrap.value).toBe(false);
    one.setWrap(true);
    expect([one.wrap.value, other.wrap.value]).toEqual([true, true]);
    await vi.waitFor(() => expect(asked.asked).toEqual([["PATCH /api/user/info", { preferences: { code_wrap: true } }]]));
    expect(one.wrap.value).toBe(true);
  });
});

describe("a block of code before the part that reads Markdown has come", () => {
  it("is shown as it is", async () => {
    vi.resetModules();
    vi.doMock("@/lib/markdown/render", () => Promise.reject(new Error("no network")));
    const fresh = await import("@/composables/useCodeBlock");
    const { made } = hosted(() => fresh.useCodeBlock(() => lines(200), () => "js", () => false));
    expect([made.chunks.value, made.info.value.language, made.numbered.value, made.folded.value]).toEqual([[{ first: 1, text: lines(200) }], "", false, false]);
    vi.doUnmock("@/lib/markdown/render");
    vi.resetModules();
  });
});
