/** KaTeX and its style sheet: a chunk of its own. */
import katex from "katex";

import "katex/dist/katex.min.css";
import "@/styles/math.css";

export type Katex = typeof draw;

/** Above this a formula is no formula. In characters. */
const LONGEST = 2000;
/** None nests deeper than any real one, or has more cells, as each costs: a frame must not wait for it. */
const DEEPEST = 60;
const MOST_CELLS = 400;

/**
 * `source` as HTML, or null where KaTeX cannot read it. Nothing in it can load, link or run (`trust`), macros end
 * (`maxExpand`), and nothing is larger than a page (`maxSize`).
 */
export function draw(source: string, display: boolean): string | null {
  if (source.length > LONGEST || depth(source) > DEEPEST || source.split("&").length > MOST_CELLS) return null;
  try {
    const html = katex.renderToString(source, {
      displayMode: display,
      throwOnError: true,
      trust: refuse,
      strict: "ignore",
      maxExpand: 300,
      maxSize: 30,
    });
    // The source is kept beside it (data-tex); in the MathML it would be read aloud.
    return html.replace(/<annotation [^>]*>[^<]*<\/annotation>/g, "").replace(/<\/?semantics>/g, "");
  } catch {
    return null;
  }
}

/** What would link, load or set attributes is not drawn in part: the source is shown. */
function refuse(): never {
  throw new Error("not here");
}

function depth(source: string): number {
  let now = 0;
  let most = 0;
  for (const sign of source) {
    if (sign === "{") most = Math.max(most, (now += 1));
    else if (sign === "}") now -= 1;
  }
  return most;
}
