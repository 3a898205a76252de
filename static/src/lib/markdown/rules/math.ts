/**
 * Where formulas are: `$..$`, `$$..$$`, `\(..\)` and `\[..\]`. What they look like is math.ts' and KaTeX's business.
 *
 * `$` follows Pandoc's rule (tex_math_dollars): the opening one has no space after it, the closing one none before it and
 * no digit after it. Prices are safe by three more: no digit or letter stands before the opening one (US$5), no capital and
 * no brace after the closing one ($AAPL,$TSLA, ${a}${b}), and a number with words after it is a price ($5 and then 10$).
 */
import type { BlockRule, InlineRule, Markdown } from "@/lib/markdown/rules/types";


/** In characters. A formula is looked for no further, so that a text full of `$` costs no more than its length. */
export const LONGEST = 4000;

const CLOSERS: Record<string, string> = { "\\(": "\\)", "\\[": "\\]", $$: "$$" };
const PRICE = /^\d[\d.,]*(?:\s+\S*\p{L}{2}|\s*[\p{Script=Han}\u3000-\u303F\uFF00-\uFFEF])/u;
/** What an unfinished `$` has after it when it will be a formula. */
const TEX = /[\\^_{}]/;

function isEscaped(text: string, position: number): boolean {
  let slashes = 0;
  while (text[position - 1 - slashes] === "\\") slashes += 1;
  return slashes % 2 === 1;
}

/**
 * The first position from `from` on where `fits`, or -1. What was found for an earlier position of the same text is not
 * looked for again: a text full of opening signs costs no more than its length.
 */
function memory(find: (text: string, from: number) => number): (text: string, from: number) => number {
  let [known, since, found] = ["", 0, -1];
  return (text, from) => {
    if (text === known && from >= since && (found === -1 || found >= from)) return found;
    [known, since, found] = [text, from, find(text, from)];
    return found;
  };
}

const ends: Record<string, (text: string, from: number) => number> = {
  "\\)": memory((text, from) => text.indexOf("\\)", from)),
  "\\]": memory((text, from) => text.indexOf("\\]", from)),
  $$: memory((text, from) => text.indexOf("$$", from)),
};

const nextDollar = memory((text, from) => {
  for (let at = text.indexOf("$", from); at !== -1; at = text.indexOf("$", at + 1)) {
    if (!isEscaped(text, at) && !/\s/.test(text[at - 1]!) && !/[\dA-Z${]/.test(text[at + 1] ?? "")) return at;
  }
  return -1;
});

/** The position of the closing `$` of the formula that begins at `from`, or -1. */
function closingDollar(text: string, from: number, max: number): number {
  const at = nextDollar(text, from);
  return at === -1 || at >= Math.min(max, from + LONGEST) || PRICE.test(text.slice(from, at)) ? -1 : at;
}

const inline: InlineRule = (state, silent) => {
  const { src, pos, posMax } = state;
  const two = src.slice(pos, pos + 2);
  const closer = CLOSERS[two];
  const from = pos + (closer ? 2 : 1);
  let end = -1;
  if (closer) {
    end = ends[closer]!(src, from);
    if (end >= Math.min(posMax, from + LONGEST)) end = -1;
  } else {
    if (src[pos] !== "$" || /[\s$]/.test(src[from] ?? " ") || /[\dA-Za-z$]/.test(src[pos - 1] ?? "")) return false;
    end = closingDollar(src, from, posMax);
  }
  const open = end === -1;
  // What is still being written at the very end shows as its source, whole, instead of as half of one thing and another.
  if (open && !(state.env.live && posMax - from < LONGEST && (closer || TEX.test(src.slice(from, posMax))))) return false;
  if (open && !closer && src.slice(from, posMax).includes("$")) return false;
  const content = src.slice(from, open ? posMax : end);
  if (!open && !content.trim()) return false;
  if (!silent) {
    const token = state.push("math", "span", 0);
    token.content = content;
    token.markup = two === "\\(" || two === "\\[" || closer ? two : "$";
    token.meta = { display: two === "$$" || two === "\\[", open };
  }
  state.pos = open ? posMax : end + (closer ? 2 : 1);
  return true;
};

/** A formula with lines of its own. */
const block: BlockRule = (state, startLine, endLine, silent) => {
  const begin = state.bMarks[startLine]! + state.tShift[startLine]!;
  const two = state.src.slice(begin, begin + 2);
  if ((two !== "$$" && two !== "\\[") || state.sCount[startLine]! - state.blkIndent >= 4) return false;
  const closer = CLOSERS[two]!;
  const first = ends[closer]!(state.src, begin + 2);
  // Without an end it can only be one that is still being written, at the end of the text.
  if (first === -1 ? !state.env.live || state.src.length > begin + LONGEST : first > begin + LONGEST) return false;
  const lines: string[] = [];
  let line = startLine;
  let closed = false;
  for (let length = 0; line < endLine && length < LONGEST; line += 1) {
    if (line > startLine && (state.isEmpty(line) || state.sCount[line]! < state.blkIndent)) break;
    const text = line === startLine ? state.src.slice(begin + 2, state.eMarks[line]) : state.getLines(line, line + 1, state.blkIndent, false);
    const end = text.indexOf(closer);
    // Words after it: then it stands within a paragraph.
    if (end !== -1 && text.slice(end + 2).trim()) return false;
    closed = end !== -1;
    lines.push(closed ? text.slice(0, end) : text);
    length += text.length;
    if (closed) break;
  }
  const content = lines.join("\n").trim();
  if (!closed && !(state.env.live && line >= endLine)) return false;
  if (closed && !content) return false;
  if (silent) return true;
  state.line = closed ? line + 1 : line;
  const token = state.push("math_block", "div", 0);
  token.content = content;
  token.markup = two;
  token.map = [startLine, state.line];
  token.meta = { display: true, open: !closed };
  return true;
};

export function mathRules(markdown: Markdown): void {
  markdown.inline.ruler.before("escape", "math", inline);
  markdown.block.ruler.before("fence", "math", block, { alt: ["paragraph", "reference", "blockquote", "list"] });
}
