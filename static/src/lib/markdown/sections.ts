/** An answer's blocks in sections: what is written costs what its own section costs, however long the rest is. Pure. */
import type { Block } from "@/lib/markdown/blocks";

/** A section ends when it has so many blocks, so many characters, or so many formulas. */
const BLOCKS = 12;
const LONG = 4000;
/** Formulas cost many times as much as words. */
const FORMULAS = 6;
const formulas = new WeakMap<Block, number>();

/** Sections whose blocks are the very same objects as before are the same arrays as before. */
export function sectionsOf(blocks: Block[], before: Block[][]): Block[][] {
  const sections: Block[][] = [];
  let section: Block[] = [];
  for (const block of blocks) {
    if (isFull(section) && mayBegin(block, section.at(-1)!)) {
      sections.push(section);
      section = [];
    }
    section.push(block);
  }
  if (section.length) sections.push(section);
  return sections.map((fresh, index) => (isSame(fresh, before[index]) ? before[index]! : fresh));
}

function formulasIn(block: Block): number {
  let count = formulas.get(block);
  if (count === undefined) formulas.set(block, (count = block.kind === "code" ? 0 : (block.source.match(/\$+[^$]+\$|\\[([]/g)?.length ?? 0)));
  return count;
}

function isFull(section: Block[]): boolean {
  if (section.reduce((sum, block) => sum + formulasIn(block), 0) >= FORMULAS) return true;
  return section.length >= BLOCKS || (section.length > 0 && section.at(-1)!.end - section[0]!.start >= LONG);
}

/** The rows of a table stay together; and a heading with what it is about, as its margin is another one. */
function mayBegin(block: Block, last: Block): boolean {
  if (block.kind === "table" && block.continues) return false;
  return last.kind !== "prose" || !/^ {0,3}#|\n {0,3}(?:=+|-+)\s*$/.test(last.source);
}

function isSame(section: Block[], other: Block[] | undefined): boolean {
  return other?.length === section.length && section.every((block, index) => block === other[index]);
}

/** The pieces of a table are rows of one table; every other block is a part of its own. */
export function partsOf(section: Block[]): Block[][] {
  const parts: Block[][] = [];
  for (const block of section) {
    if (block.kind === "table" && block.continues && parts.length) parts.at(-1)!.push(block);
    else parts.push([block]);
  }
  return parts;
}
