/** The block structure of a text, as pieces of it that can be rendered one by one. No inline markup is parsed here. */
import { markdown, type Token } from "@/lib/markdown/parser";

export interface Piece {
  kind: "prose" | "code" | "table";
  start: number;
  end: number;
  /** It goes on with the list or the table of the piece before. */
  continues: boolean;
  /** The number of its first item, when it goes on with a numbered list. */
  ordinal: number | null;
  /** A table's first two lines, without which the others are no table. */
  head: string;
  /** For code only: the text, what stands behind the opening fence, and whether the fence was closed. */
  code: string;
  info: string;
  closed: boolean;
  /** The opening fence while it is open, at the left edge. */
  fence: string;
}

export interface Cut {
  pieces: Piece[];
  notes: { start: number; label: string; source: string }[];
  /** `[label]: address "title"`. */
  definitions: { start: number; end: number; label: string; href: string; title: string }[];
}

/** A piece has at most so many items or rows, and ends with the first that makes it longer than so many characters. */
const ITEMS = 40;
const LONG = 4000;

/** `carry`: the block that the text begins with, when that goes on with one before. */
export function cut(text: string, carry: Pick<Piece, "continues" | "ordinal" | "head"> | null): Cut {
  const head = carry?.continues ? carry.head : "";
  const starts = lineStarts(head + text);
  const at = (line: number): number => (starts[line] ?? head.length + text.length) - head.length;
  const result: Cut = { pieces: [], notes: [], definitions: [] };
  const env: { references?: Record<string, { href: string; title: string }> } = {};
  const tokens: Token[] = [];
  // Formulas that are still open are blocks of their own only when rendered; here the end of the text decides nothing.
  markdown.block.parse(normalized(head + text), markdown, env, tokens);
  tokens.forEach((token, index) => {
    if (token.level !== 0 || token.nesting < 0 || !token.map) return;
    const [first, last] = token.map;
    if (token.type === "reference_definition") {
      const label = String((token.meta as { label: string }).label);
      result.definitions.push({ start: at(first), end: at(last), label, ...env.references![label]! });
      return;
    }
    if (token.type === "note_definition") {
      result.notes.push({ start: at(first), label: token.info, source: token.content });
      return;
    }
    const isFirst = result.pieces.length === 0 && carry?.continues === true;
    const whole = toPiece(token, at(Math.max(first, head ? 2 : 0)), at(last), head + text, starts[first]!);
    if (isFirst) Object.assign(whole, { continues: true, ordinal: carry.ordinal });
    result.pieces.push(...split(whole, childLines(tokens, index), at, isFirst && carry.ordinal !== null ? carry.ordinal : Number(token.attrGet("start") ?? 1)));
  });
  return result;
}

function normalized(text: string): string {
  return text.replace(/\r\n?/g, "\n").replaceAll("\0", "\uFFFD");
}

function toPiece(token: Token, start: number, end: number, text: string, lineStart: number): Piece {
  const isCode = token.type === "fence" || token.type === "code_block";
  const piece: Piece = { kind: isCode ? "code" : "prose", start, end, continues: false, ordinal: null, head: "", code: "", info: "", closed: false, fence: "" };
  if (isCode) {
    const [first, last] = token.map!;
    const lines = token.content.split("\n").length - (token.content.endsWith("\n") || !token.content ? 1 : 0);
    piece.code = token.content;
    piece.info = token.info;
    piece.closed = token.type === "fence" && last - first === lines + 2;
    piece.fence = token.type === "fence" && !piece.closed && text.startsWith(token.markup, lineStart) ? token.markup : "";
  }
  if (token.type === "table_open") {
    piece.kind = "table";
    const second = text.indexOf("\n", text.indexOf("\n", lineStart) + 1);
    piece.head = second === -1 ? "" : text.slice(lineStart, second + 1);
  }
  return piece;
}

/** The first lines of a list's items, or of a table's rows. */
function childLines(tokens: Token[], index: number): number[] {
  const { type } = tokens[index]!;
  const child = type === "table_open" ? "tr_open" : /_list_open$/.test(type) ? "list_item_open" : "";
  const level = type === "table_open" ? 2 : 1;
  const lines: number[] = [];
  if (!child) return lines;
  for (let at = index + 1; at < tokens.length && tokens[at]!.level > 0; at += 1) {
    if (tokens[at]!.type === child && tokens[at]!.level === level && tokens[at]!.map) lines.push(tokens[at]!.map![0]);
  }
  // The row of headings stays with the first piece.
  return type === "table_open" ? lines.slice(1) : lines;
}

function split(whole: Piece, lines: number[], at: (line: number) => number, base: number): Piece[] {
  const pieces: Piece[] = [];
  let start = whole.start;
  let count = 0;
  lines.forEach((line, index) => {
    const position = at(line);
    if (count > 0 && position > start && (count >= ITEMS || position - start >= LONG)) {
      pieces.push({ ...(pieces.length ? continued(whole, base + index - count) : whole), start, end: position });
      start = position;
      count = 0;
    }
    count += 1;
  });
  pieces.push({ ...(pieces.length ? continued(whole, base + lines.length - count) : whole), start, end: whole.end });
  return pieces;
}

function continued(whole: Piece, ordinal: number): Piece {
  return { ...whole, continues: true, ordinal: whole.kind === "table" ? null : ordinal };
}

/** Offsets of the lines as markdown-it counts them: CR LF, CR and LF all end one. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n?|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}
