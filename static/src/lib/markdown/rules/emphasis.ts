/**
 * Emphasis beside Chinese, Japanese and Korean. By CommonMark `**“好”**是` is no emphasis: its closing run stands between
 * punctuation and a letter, and these scripts put no space there. The rule here is the one of
 * github.com/tats-u/markdown-cjk-friendly: punctuation of these scripts is not punctuation for this purpose, and a
 * character of theirs on the other side counts like a space.
 */
import type { Markdown } from "@/lib/markdown/rules/types";

const EASTERN = /[\p{Script_Extensions=Han}\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}\p{Script_Extensions=Hangul}\p{Script_Extensions=Bopomofo}\u3000-\u303F\uFE10-\uFE6F\uFF00-\uFFEF]/u;
const SPACE = /\s/u;
const PUNCTUATION = /[\p{P}\p{S}]/u;

/** The whole character that ends before `position`, also where it is two halves. */
function before(text: string, position: number): string {
  const last = text[position - 1] ?? " ";
  return /[\uDC00-\uDFFF]/.test(last) && position > 1 ? text.slice(position - 2, position) : last;
}

export function friendlyEmphasis(markdown: Markdown): void {
  markdown.inline.State.prototype.scanDelims = function scanDelims(start, canSplitWord) {
    let end = start;
    while (end < this.posMax && this.src[end] === this.src[start]) end += 1;
    const previous = before(this.src, start);
    const next = end < this.posMax ? String.fromCodePoint(this.src.codePointAt(end)!) : " ";
    const spaceBefore = SPACE.test(previous);
    const spaceAfter = SPACE.test(next);
    const easternBefore = EASTERN.test(previous);
    const easternAfter = EASTERN.test(next);
    const markBefore = PUNCTUATION.test(previous);
    const markAfter = PUNCTUATION.test(next);
    const hardBefore = markBefore && !easternBefore;
    const hardAfter = markAfter && !easternAfter;
    const left = !spaceAfter && (!hardAfter || spaceBefore || hardBefore || easternBefore);
    const right = !spaceBefore && (!hardBefore || spaceAfter || hardAfter || easternAfter);
    return {
      can_open: left && (canSplitWord || !right || markBefore),
      can_close: right && (canSplitWord || !left || markAfter),
      length: end - start,
    };
  };
}
