/** A block of prose as sanitised HTML. */
import remend from "remend";

import { markdown } from "@/lib/markdown/parser";
import { sanitize } from "@/lib/markdown/sanitize";

const REPAIR = { linkMode: "text-only", katex: false, inlineKatex: false } as const;

/** `live`: the block is still being written, so markers that are still open are closed for the eye. */
export function renderProse(source: string, live: boolean): string {
  return sanitize(markdown.render(live ? remend(source, REPAIR) : source));
}

export { BlockSplitter, type Block } from "@/lib/markdown/blocks";
