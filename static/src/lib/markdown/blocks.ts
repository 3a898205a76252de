/**
 * Cuts an answer into top-level blocks. While it grows, only the text from the last but one block on is
 * parsed again: a block before that cannot change any more (its successor's successor has begun), while
 * the last but one still can ("1. a", blank line, "2" is a paragraph until ". b" makes it one list).
 */
import { languageOf, markdown, type Token } from "@/lib/markdown/parser";

export interface Block {
  /** Position of the block's first character in the source: a stable key. */
  start: number;
  kind: "prose" | "code";
  source: string;
  /** For code only. */
  code: string;
  language: string;
}

export class BlockSplitter {
  private blocks: Block[] = [];
  private source = "";

  /** The blocks of `source`. Blocks that did not change are the very same objects as before. */
  update(source: string): Block[] {
    const grows = source.startsWith(this.source);
    const kept = grows ? this.blocks.slice(0, -2) : [];
    const from = grows ? (this.blocks[kept.length]?.start ?? 0) : 0;
    const fresh = parse(source, from).map((block) => this.same(block) ?? block);
    this.source = source;
    this.blocks = [...kept, ...fresh];
    return this.blocks;
  }

  private same(block: Block): Block | undefined {
    const old = this.blocks.findLast((candidate) => candidate.start === block.start);
    return old && old.source === block.source && old.kind === block.kind ? old : undefined;
  }
}

function parse(source: string, from: number): Block[] {
  const tail = source.slice(from);
  const starts = lineStarts(tail);
  const top = markdown.parse(tail, {}).filter((token) => token.level === 0 && token.nesting >= 0 && token.map);
  return top.map((token) => toBlock(token, tail, starts, from));
}

function toBlock(token: Token, tail: string, starts: number[], from: number): Block {
  const [first, last] = token.map as [number, number];
  const start = starts[first]!;
  const isCode = token.type === "fence" || token.type === "code_block";
  return {
    start: from + start,
    kind: isCode ? "code" : "prose",
    source: tail.slice(start, starts[last] ?? tail.length),
    code: isCode ? token.content : "",
    language: isCode ? languageOf(token.info) : "",
  };
}

/** Offsets of the lines as markdown-it counts them: CR LF, CR and LF all end one. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}
