import { describe, expect, it } from "vitest";

import { BlockSplitter } from "@/lib/markdown/blocks";
import { partsOf, sectionsOf } from "@/lib/markdown/sections";

const paragraphs = (count: number): string => Array.from({ length: count }, (_, at) => `Paragraph ${at}.`).join("\n\n");

describe("sections of an answer", () => {
  it("hold all blocks in their order, a dozen each", () => {
    const { blocks } = new BlockSplitter().update(paragraphs(30));
    const sections = sectionsOf(blocks, []);
    expect(sections.flat()).toEqual(blocks);
    expect(sections.map((section) => section.length)).toEqual([12, 12, 6]);
  });

  it("stay the same objects while the answer grows behind them", () => {
    const splitter = new BlockSplitter();
    let before = sectionsOf(splitter.update(paragraphs(30), true).blocks, []);
    const after = sectionsOf(splitter.update(`${paragraphs(30)}\n\nAnd more`, true).blocks, before);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(after[2]).not.toBe(before[2]);
    before = after;
    expect(sectionsOf(splitter.update(`${paragraphs(30)}\n\nAnd more`, true).blocks, before).every((section, at) => section === before[at])).toBe(true);
  });

  it("never end with a heading", () => {
    const { blocks } = new BlockSplitter().update(`${paragraphs(11)}\n\n## Of which\n\ntext\n\n${paragraphs(11)}\n\nSetext\n---\n\ntext\n\ntext`);
    const sections = sectionsOf(blocks, []);
    expect(sections.map((section) => section.slice(-2).map(({ source }) => source.trim()))).toEqual([
      ["## Of which", "text"],
      ["Setext\n---", "text"],
      ["text"],
    ]);
  });

  it("end early when they hold many formulas", () => {
    const { blocks } = new BlockSplitter().update(Array.from({ length: 10 }, () => "So $a$ and $$b$$ and \\(c\\)").join("\n\n"));
    expect(sectionsOf(blocks, []).map((section) => section.length)).toEqual([2, 2, 2, 2, 2]);
  });

  it("end early when what they hold is long", () => {
    const { blocks } = new BlockSplitter().update(Array.from({ length: 4 }, () => "word ".repeat(500)).join("\n\n"));
    expect(sectionsOf(blocks, []).map((section) => section.length)).toEqual([2, 2]);
  });

  it("do not cut a table, whose pieces are one part", () => {
    const rows = Array.from({ length: 900 }, (_, at) => `| ${at} | x |`).join("\n");
    const { blocks } = new BlockSplitter().update(`before\n\n| a | b |\n|---|---|\n${rows}\n\nafter`);
    const sections = sectionsOf(blocks, []);
    expect(sections.map((section) => partsOf(section).length)).toEqual([2, 1]);
    expect(partsOf(sections[0]!)[1]!.length).toBeGreaterThan(10);
  });
});
