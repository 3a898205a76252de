/** A block of prose as sanitised HTML. */
import { drawMath } from "@/lib/markdown/math";
import { markdown } from "@/lib/markdown/parser";
import { repair } from "@/lib/markdown/repair";
import { sanitize } from "@/lib/markdown/sanitize";
import type { Block } from "@/lib/markdown/blocks";

/** What a block needs to know of its answer; `prefix` makes the ids of footnotes unique on the page. */
export interface Context extends Partial<Pick<Block, "start" | "ordinal" | "references" | "notes">> {
  prefix?: string;
  words?: Words;
}

/** What is said in the reader's language within a block. */
export interface Words {
  copyCode: string;
}

const CLOSERS: Record<string, string> = { $: "$", $$: "$$", "\\(": "\\)", "\\[": "\\]" };
const escape = markdown.utils.escapeHtml;

for (const rule of ["math", "math_block"]) {
  markdown.renderer.rules[rule] = (tokens, index, _options, env = {}) => {
    const { content, markup, tag, meta } = tokens[index]!;
    const { display, open } = meta as { display: boolean; open: boolean };
    const source = escape(markup + content + (open ? "" : CLOSERS[markup]));
    const html = open ? null : drawMath(content, display);
    const name = display ? "math-block" : "math";
    if (html === null) return `<${tag} class="${name}"><code class="math-source">${source}</code></${tag}>`;
    env.drawn = true;
    return `<${tag} class="${name}" data-tex="${source}"${display ? ' tabindex="0"' : ""}>${html}</${tag}>`;
  };
}

/** `live`: the block is still being written, so markers that are still open are closed for the eye. */
export function renderProse(source: string, live: boolean, context: Context = {}): string {
  const env: Record<string, unknown> = { ...context, live, references: { ...context.references } };
  const tokens = markdown.parse(live ? repair(source) : source, env);
  if (typeof context.ordinal === "number" && tokens[0]?.type === "ordered_list_open") tokens[0].attrSet("start", String(context.ordinal));
  return sanitize(markdown.renderer.render(tokens, markdown.options, env), env.drawn === true);
}

const TABLE = /^<div class="table-scroll" tabindex="0"><table>\s*(<thead>[^]*<\/thead>)\s*(?:<tbody>([^]*)<\/tbody>)?\s*<\/table><\/div>\s*$/;

/** A piece of a table: the rows of its head and of its body, sanitised, for the inside of those elements. */
export function renderTable(source: string, head: string, live: boolean, context: Context = {}): { head: string; body: string } {
  const match = TABLE.exec(renderProse(head && !source.startsWith(head) ? head + source : source, live, context));
  return { head: match?.[1]?.slice("<thead>".length, -"</thead>".length) ?? "", body: match?.[2] ?? "" };
}

export { colourOf } from "@/lib/markdown/colours";
export { countLines, LineChunker, LinePainter, linesHtml, parseInfo } from "@/lib/markdown/lines";
export { BlockSplitter, type Answer, type Block } from "@/lib/markdown/blocks";
export { loadRepair } from "@/lib/markdown/repair";
