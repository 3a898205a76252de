import { describe, expect, it } from "vitest";

import { BlockSplitter, type Answer } from "@/lib/markdown/blocks";

import { chance, DOCUMENT } from "./samples";

const KEPT = ["start", "kind", "source", "code", "info", "closed", "continues", "ordinal", "references", "notes"] as const;

function facts({ blocks, notes }: Answer): unknown {
  return { blocks: blocks.map((block) => KEPT.map((key) => block[key])), notes };
}

function whole(source: string): Answer {
  return new BlockSplitter().update(source);
}

describe("blocks", () => {
  it("come out the same however the text arrived", () => {
    const expected = facts(whole(DOCUMENT));
    for (const size of [3, 7, 20, 500]) {
      const splitter = new BlockSplitter();
      for (let end = size; end < DOCUMENT.length; end += size) splitter.update(DOCUMENT.slice(0, end), true);
      expect(facts(splitter.update(DOCUMENT))).toEqual(expected);
    }
  });

  it("are at every moment what a fresh splitter makes of the same text", () => {
    const random = chance(7);
    const splitter = new BlockSplitter();
    for (let end = 0; end < DOCUMENT.length; end += 1 + Math.floor(random() * 60)) {
      const text = DOCUMENT.slice(0, end);
      expect(facts(splitter.update(text))).toEqual(facts(whole(text)));
    }
  });

  it("put together are the text, but for definitions and empty lines", () => {
    const { blocks } = whole(DOCUMENT);
    blocks.forEach((block, index) => {
      expect(DOCUMENT.slice(block.start, block.start + block.source.length)).toBe(block.source);
      if (index) expect(block.start).toBeGreaterThanOrEqual(blocks[index - 1]!.start + blocks[index - 1]!.source.length);
    });
  });

  it("count lines that end as on Windows", () => {
    const source = "one\r\n\r\n```js\r\nlet a\r\n```\r\n\r\n- a\r\n- b\r\n";
    expect(whole(source).blocks.map((block) => [block.kind, source.slice(block.start).split("\r")[0]])).toEqual([["prose", "one"], ["code", "```js"], ["prose", "- a"]]);
  });

  it("keep the objects of blocks that did not change", () => {
    const splitter = new BlockSplitter();
    const before = splitter.update("one\n\ntwo\n\nthree", true).blocks;
    const after = splitter.update("one\n\ntwo\n\nthree and more", true).blocks;
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(after[2]).not.toBe(before[2]);
  });

  it("start anew when the text was replaced", () => {
    const splitter = new BlockSplitter();
    splitter.update("one\n\ntwo");
    expect(splitter.update("other").blocks.map((block) => block.source)).toEqual(["other"]);
    expect(splitter.update("").blocks).toEqual([]);
  });
});

describe("code", () => {
  it("is known while its fence is open, with what stands behind the fence", () => {
    const [block] = whole("```Python title=x\nprint(1").blocks;
    expect(block).toMatchObject({ kind: "code", info: "Python title=x", code: "print(1", closed: false });
  });

  it.each(["```", "~~~~"])("grows without being parsed again, until %s closes it", (fence) => {
    const splitter = new BlockSplitter();
    splitter.update(`${fence}js\n`, true);
    const lines = ["let a = 1;\n", "``", "\n", `  ${fence.slice(1)}\n`, "    ", `${fence}\n`, fence.slice(0, 2), fence.slice(2)];
    let text = `${fence}js\n`;
    for (const line of lines) {
      text += line;
      expect(facts(splitter.update(text, true))).toEqual(facts(whole(text)));
    }
    expect(splitter.update(`${text}\nAfter`, true).blocks.map((block) => block.kind)).toEqual(["code", "prose"]);
  });
});

describe("long lists and tables", () => {
  const list = (from: number, to: number, sign: (n: number) => string): string =>
    Array.from({ length: to - from }, (_, at) => `${sign(from + at)} item ${from + at}`).join("\n");

  it("come in pieces, with the number that each begins with", () => {
    const { blocks } = whole(list(1, 131, () => "7."));
    expect(blocks.map(({ continues, ordinal }) => [continues, ordinal])).toEqual([[false, null], [true, 47], [true, 87], [true, 127]]);
  });

  it("cost per word what is in the last pieces, not what is in the list", () => {
    const splitter = new BlockSplitter();
    const before = splitter.update(list(0, 4000, () => "-"), true).blocks;
    const after = splitter.update(`${list(0, 4000, () => "-")} and`, true).blocks;
    expect(before.length).toBe(100);
    expect(after.slice(0, -1).every((block, index) => block === before[index])).toBe(true);
    expect(Math.max(...after.map((block) => block.source.length))).toBeLessThan(4500);
  });

  it("end with long items sooner", () => {
    const items = Array.from({ length: 30 }, (_, at) => `- ${at} ${"word ".repeat(200)}`).join("\n");
    expect(whole(items).blocks.length).toBeGreaterThan(5);
  });

  it("leave what follows alone", () => {
    const { blocks } = whole(`${list(0, 90, () => "-")}\n\nText\n\n${list(0, 3, (n) => `${n + 1}.`)}`);
    expect(blocks.map(({ continues }) => continues)).toEqual([false, true, true, false, false]);
  });

  it("of 2,000 rows know their head in every piece", () => {
    const table = `| a | b |\n|---|--:|\n${Array.from({ length: 2000 }, (_, at) => `| ${at} | x |`).join("\n")}`;
    const { blocks } = whole(table);
    expect(blocks.length).toBe(50);
    expect(new Set(blocks.map(({ head }) => head))).toEqual(new Set(["| a | b |\n|---|--:|\n"]));
    expect(blocks.every(({ kind }) => kind === "table")).toBe(true);
  });
});

describe("what one block needs of another", () => {
  it("is the address of a label, wherever it is defined, the first one if there are two", () => {
    const { blocks } = whole("See [a] and [it][A].\n\nNone here.\n\n[a]: https://one.example\n[a]: https://two.example 'T'");
    expect(blocks[0]!.references).toEqual({ A: { href: "https://one.example", title: "" } });
    expect(blocks[1]!.references).toBeNull();
  });

  it("is not taken from half a line", () => {
    const splitter = new BlockSplitter();
    expect(splitter.update("See [a].\n\n[a]: https://one.exam", true).blocks[0]!.references).toBeNull();
    expect(splitter.update("See [a].\n\n[a]: https://one.example\n", true).blocks[0]!.references).not.toBeNull();
    expect(splitter.update("See [a].\n\n[a]: https://one.example\n\nMore\n\nand more", true).blocks[0]!.references).not.toBeNull();
  });

  it("is the number of a footnote, in the order of reading", () => {
    const { blocks, notes } = whole("One[^b] and[^a].\n\nAgain[^b].\n\n[^a]: First.\n[^b]: Second\nlazily.\n\n    A paragraph.\n\n[^c]: Never.");
    expect(blocks[0]!.notes).toEqual({ b: 1, a: 2 });
    expect(blocks[1]!.notes).toEqual({ b: 1 });
    expect(notes.map(({ number, source }) => [number, source])).toEqual([[1, "Second\nlazily.\n\nA paragraph."], [2, "First."]]);
  });

  it("is found in no prototype", () => {
    const { blocks, notes } = whole("[^constructor] [^__proto__] [constructor] [__proto__]\n\n[x]: https://a.example");
    expect(blocks[0]!.notes).toBeNull();
    expect(blocks[0]!.references).toBeNull();
    expect(notes).toEqual([]);
  });
});
