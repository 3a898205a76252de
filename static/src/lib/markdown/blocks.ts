/**
 * Cuts an answer into top-level blocks. While it grows, only the text from the last but one block on is
 * parsed again: a block before that cannot change any more (its successor's successor has begun), while
 * the last but one still can ("1. a", blank line, "2" is a paragraph until ". b" makes it one list).
 *
 * Long lists and tables are cut further, so that a frame never costs more than a screenful: the pieces that
 * follow the first say so (`continues`). What one block needs of another, the addresses of `[text][label]`
 * and the numbers of footnotes, is looked up here and stands in the block.
 */
import { cut, type Piece } from "@/lib/markdown/cut";
import { resolve, type Definition, type Note, type NoteSource } from "@/lib/markdown/resolve";

export interface Block extends Piece {
  /** Position of the block's first character in the source: a stable key. */
  start: number;
  source: string;
  /** What stands in square brackets in it. */
  labels: string[];
  /** Addresses and footnotes that these are, as far as they are defined: null when none is. */
  references: Record<string, { href: string; title: string }> | null;
  notes: Record<string, number> | null;
}

export interface Answer {
  blocks: Block[];
  /** Footnotes that are referred to, in their order. */
  notes: Note[];
}

export class BlockSplitter {
  private blocks: Block[] = [];
  private definitions: Definition[] = [];
  private noteSources: NoteSource[] = [];
  private source = "";
  private answer: Answer = { blocks: [], notes: [] };

  /** The blocks of `source`. Blocks that did not change are the very same objects as before. */
  update(source: string, live = false): Answer {
    const grows = this.source !== "" && source.startsWith(this.source);
    if (!(grows && this.growCode(source))) this.parse(source, grows ? this.settled() : 0, live);
    this.source = source;
    this.answer = resolve(this.blocks, this.definitions, this.noteSources, this.answer);
    this.blocks = this.answer.blocks;
    return this.answer;
  }

  /** How many blocks what is added cannot change any more. */
  private settled(): number {
    // After a closed fence nothing is still open.
    const open = this.blocks.at(-2)?.closed ? 1 : 2;
    return Math.max(0, this.blocks.length - open);
  }

  private parse(source: string, kept: number, live: boolean): void {
    const first = this.blocks[kept];
    const from = kept > 0 && first ? first.start : 0;
    const { pieces, notes, definitions } = cut(source.slice(from), from > 0 ? first! : null);
    const before = this.blocks;
    const fresh = pieces.map((piece) => same(before, toBlock(piece, source, from), kept));
    this.blocks = [...before.slice(0, from > 0 ? kept : 0), ...fresh];
    this.noteSources = [...this.noteSources.filter((note) => note.start < from), ...notes.map((note) => ({ ...note, start: note.start + from }))];
    // The last line of an answer that is being written may be half an address.
    const whole = live && !source.endsWith("\n") ? source.length : source.length + 1;
    const defined = definitions.filter(({ end }) => from + end < whole).map((definition) => ({ ...definition, start: from + definition.start }));
    this.definitions = [...this.definitions.filter((definition) => definition.start < from), ...defined];
  }

  /** Adds to an open fence what came, when that is certainly code: a long one is not parsed again for each word. */
  private growCode(source: string): boolean {
    const last = this.blocks.at(-1);
    if (!last?.fence) return false;
    const body = source.indexOf("\n", last.start) + 1;
    if (!body || body > this.source.length) return false;
    const tail = source.slice(source.lastIndexOf("\n", this.source.length - 1) + 1);
    if (/[\r\0]|(?:^|\n)[ \t]+$/.test(tail) || new RegExp(`^ {0,3}${last.fence}+[ \\t]*$`, "m").test(tail)) return false;
    this.blocks = [...this.blocks.slice(0, -1), { ...last, source: source.slice(last.start), code: source.slice(body) }];
    return true;
  }
}

function toBlock(piece: Piece, source: string, from: number): Block {
  const text = source.slice(from + piece.start, from + piece.end);
  const labels = piece.kind === "code" ? [] : [...text.matchAll(/\[([^[\]]{1,200})\]/g)].map((match) => match[1]!);
  return { ...piece, start: from + piece.start, end: from + piece.end, source: text, labels, references: null, notes: null };
}

function same(before: Block[], block: Block, from: number): Block {
  for (let index = from; index < before.length; index += 1) {
    const old = before[index]!;
    if (old.start !== block.start) continue;
    const equal = old.source === block.source && old.kind === block.kind && old.continues === block.continues && old.ordinal === block.ordinal && old.closed === block.closed;
    return equal ? old : block;
  }
  return block;
}
