/**
 * Formulas as HTML. KaTeX comes when the first formula does (its style sheet and fonts with it, from our own origin);
 * until then, and where it cannot read a formula, the source is shown.
 */
import { shallowRef } from "vue";

import type { Katex } from "@/lib/markdown/katex";

/** Read while rendering, so that what was rendered without KaTeX is rendered again when it has come. */
const katex = shallowRef<Katex | null>(null);
let loading: Promise<void> | null = null;

/** Drawn before: while an answer grows, its last block is rendered in every frame. The oldest go first. */
const drawn = new Map<string, string | null>();
const KEPT = 500;

/** Resolves when formulas can be drawn; rejects, and may be asked again, when KaTeX could not be fetched. */
export function loadMath(): Promise<void> {
  loading ??= import("@/lib/markdown/katex").then(({ draw }) => {
    katex.value = draw;
  });
  loading.catch(() => (loading = null));
  return loading;
}

/** HTML of KaTeX's, not sanitised; or null: show the source. */
export function drawMath(source: string, display: boolean): string | null {
  const draw = katex.value;
  if (!draw) {
    void loadMath().catch(() => undefined);
    return null;
  }
  const key = `${display ? "D" : "I"}${source}`;
  let html = drawn.get(key);
  if (html === undefined) {
    html = draw(source, display);
    if (drawn.size >= KEPT) drawn.delete(drawn.keys().next().value!);
  } else drawn.delete(key);
  drawn.set(key, html);
  return html;
}
