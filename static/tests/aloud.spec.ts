/** Reading an answer aloud: what of it, and by whom it is begun and ended. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";

import { spoken } from "@/lib/spoken";
import { useAloud } from "@/stores/aloud";
import { useConversation } from "@/stores/conversation";

class Words {
  lang = "";
  onend: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly text: string) {}
}

let said: Words[];
let voices: object[];
let changed: () => void;
const cancel = vi.fn();

beforeEach(() => {
  [said, voices] = [[], [{ lang: "en-GB" }]];
  cancel.mockReset();
  setActivePinia(createPinia());
  vi.stubGlobal("SpeechSynthesisUtterance", Words);
  vi.stubGlobal("speechSynthesis", {
    getVoices: () => voices,
    speak: (words: Words) => said.push(words),
    cancel,
    addEventListener: (_name: string, run: () => void) => (changed = run),
  });
});
afterEach(() => vi.unstubAllGlobals());

const ANSWER = { key: "m2", content: "# Tea\n\nIt is **green**. It is hot!\n\n```js\nlet x = 1;\n\nlet y;\n```\n\n| a | b |\n|---|---|\n\n茶是绿色的。也很烫。" };

describe("what is read", () => {
  it("is the words, sentence by sentence, without marks and code", () => {
    expect(spoken(ANSWER.content)).toEqual(["Tea", "It is green.", "It is hot!", "a b", "茶是绿色的。", "也很烫。"]);
    expect(spoken("Look:\n\n~~~\nnever closed")).toEqual(["Look:"]);
    expect(spoken("***\n\n- [x] done")).toEqual(["[x] done"]);
  });

  it("is whole lines where the browser knows no sentences", () => {
    vi.stubGlobal("Intl", {});
    expect(spoken("One. Two.\n\nThree.")).toEqual(["One. Two.", "Three."]);
  });
});

describe("reading", () => {
  const texts = (): string[] => said.map(({ text }) => text);

  it("goes on sentence by sentence, each in its language, to the end", () => {
    const aloud = useAloud();
    aloud.toggle(ANSWER);
    expect([aloud.reading, texts()]).toEqual(["m2", ["Tea"]]);
    for (let number = 0; number < 6; number += 1) said[number]!.onend!();
    expect(said.map(({ lang }) => lang)).toEqual(["en", "en", "en", "en", "zh-CN", "zh-CN"]);
    expect(aloud.reading).toBeNull();
  });

  it("is stopped by the same button, and what ends later begins nothing", () => {
    const aloud = useAloud();
    aloud.toggle(ANSWER);
    cancel.mockClear();
    aloud.toggle(ANSWER);
    expect([aloud.reading, cancel.mock.calls.length]).toEqual([null, 1]);
    said[0]!.onend!();
    said[0]!.onerror!();
    expect(texts()).toEqual(["Tea"]);
  });

  it("is of one answer at a time", () => {
    const aloud = useAloud();
    aloud.toggle(ANSWER);
    aloud.toggle({ key: "m4", content: "Another." });
    said[0]!.onerror!();
    expect([aloud.reading, texts()]).toEqual(["m4", ["Tea", "Another."]]);
    said[1]!.onerror!();
    expect(aloud.reading).toBeNull();
  });

  it("ends when another chat is opened, and when the page goes", async () => {
    const aloud = useAloud();
    aloud.toggle(ANSWER);
    useConversation().key = "s2";
    await nextTick();
    expect(aloud.reading).toBeNull();
    aloud.toggle(ANSWER);
    window.dispatchEvent(new Event("pagehide"));
    expect(aloud.reading).toBeNull();
  });

  it("is not offered without a voice, which may come later", () => {
    voices = [];
    const aloud = useAloud();
    aloud.toggle(ANSWER);
    expect([aloud.able, aloud.reading, said]).toEqual([false, null, []]);
    voices = [{ lang: "zh-CN" }];
    changed();
    expect(aloud.able).toBe(true);
  });
});
