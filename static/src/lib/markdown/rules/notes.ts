/**
 * Footnotes by GitHub's rules: `[^label]` refers, `[^label]: text` at the left edge defines. A message is rendered block
 * by block, so numbers are given by blocks.ts, which sees all of it; here they are only read (`env.notes`).
 */
import type { BlockRule, InlineRule, Markdown } from "@/lib/markdown/rules/types";


const REFERENCE = /\[\^([^\s[\]^]{1,80})\]/y;
const DEFINITION = /^\[\^([^\s[\]^]{1,80})\]:[ \t]*/;

const reference: InlineRule = (state, silent) => {
  REFERENCE.lastIndex = state.pos;
  const match = REFERENCE.exec(state.src);
  if (!match) return false;
  const notes = (state.env.notes ?? {}) as Record<string, number>;
  const number = Object.hasOwn(notes, match[1]!) ? notes[match[1]!] : undefined;
  // Its definition comes at the end of the answer: until then it looks like what it will be.
  if (number === undefined && !state.env.live) return false;
  if (!silent) {
    const token = state.push("note", "sup", 0);
    token.content = match[1]!;
    token.meta = { number };
  }
  state.pos += match[0].length;
  return true;
};

const definition: BlockRule = (state, startLine, endLine, silent) => {
  if (state.level !== 0 || state.blkIndent !== 0 || state.sCount[startLine]! > 3) return false;
  const begin = state.bMarks[startLine]! + state.tShift[startLine]!;
  const match = DEFINITION.exec(state.src.slice(begin, state.eMarks[startLine]));
  if (!match) return false;
  if (silent) return true;
  const rules = markdownRules(state.md);
  let last = startLine + 1;
  for (let line = last; line < endLine; line += 1) {
    if (state.isEmpty(line)) continue;
    const indented = state.sCount[line]! >= 2;
    // A line without indent goes on with the paragraph only where no other block begins.
    if (!indented && (line > last || rules.some((rule) => rule(state, line, endLine, true)))) break;
    last = line + 1;
  }
  const token = state.push("note_definition", "", 0);
  token.map = [startLine, last];
  token.info = match[1]!;
  token.hidden = true;
  token.content = state.src.slice(begin + match[0].length, state.eMarks[last - 1]).replace(/\n(?: {1,4}|\t)/g, "\n");
  state.line = last;
  return true;
};

function markdownRules(markdown: Markdown): BlockRule[] {
  return markdown.block.ruler.getRules("paragraph") as BlockRule[];
}

export function noteRules(markdown: Markdown): void {
  markdown.inline.ruler.before("link", "note", reference);
  markdown.block.ruler.before("reference", "note", definition, { alt: ["paragraph", "reference"] });
  markdown.renderer.rules.note_definition = () => "";
  markdown.renderer.rules.note = (tokens, index, _options, env = {}) => {
    const { content, meta } = tokens[index]!;
    const { number } = meta as { number: number | undefined };
    const escape = markdown.utils.escapeHtml;
    if (number === undefined) return `<sup class="note">${escape(content)}</sup>`;
    const prefix = String(env.prefix ?? "");
    const seen = (env.seen ??= {}) as Record<number, number>;
    seen[number] = (seen[number] ?? 0) + 1;
    // Names the block too: the same footnote may be referred to from several.
    const id = `note-${prefix}-ref-${number}-${String(env.start ?? 0)}-${seen[number]}`;
    return `<sup class="note"><a id="${id}" href="#note-${prefix}-${number}">${number}</a></sup>`;
  };
}
