/**
 * Makes a text that is still being written look finished: closes the markers that are open (by `remend`, which comes with
 * the first live answer), completes the head of a table, and holds back at its end what would flash as raw signs.
 */
import { shallowRef } from "vue";

const OPTIONS = { linkMode: "text-only", katex: false, inlineKatex: false, htmlTags: false } as const;

const remend = shallowRef<((source: string, options: typeof OPTIONS) => string) | null>(null);
let loading: Promise<void> | null = null;

/** Fetches what `repair` needs; the page does so when it has nothing better to do. */
export function loadRepair(): Promise<void> {
  loading ??= import("remend").then(
    (module) => void (remend.value = module.default),
    () => void (loading = null),
  );
  return loading;
}

/** At the end of the text: the beginning of a fence, of a tag or an address in brackets, of a footnote or a definition. */
const HALF = /(?:(?:^|\n)[ \t]*(?:`{1,2}|~{1,2}|={1,2}|-{1,2}|\*{1,2}|#{1,6}|\|)|<[a-z/!][^\s<>]{0,60}|\[\^[^\s[\]]{0,80}|(?:^|\n) {0,3}\[[^[\]\n]{1,200}\]:[^\n]*|&#?\w{0,10}|\\)$/i;
const ROW = /^ {0,3}\|.*$/;

/** The text with its open markers closed; as it is until they can be. Whoever computes with it computes again then. */
export function repair(source: string): string {
  const text = completeTable(source.replace(HALF, ""));
  if (!remend.value) void loadRepair();
  return remend.value ? remend.value(text, OPTIONS) : text;
}

/** The head of a table is one as soon as it is seen, not only when the line under it is complete. */
function completeTable(source: string): string {
  const lines = source.split("\n", 3);
  if (lines.length > 2 || !ROW.test(lines[0]!) || (lines[1] !== undefined && !/^[\s|:-]*$/.test(lines[1]))) return source;
  const columns = lines[0]!.replace(/\\\||`[^`]*`/g, "").trim().replace(/^\||\|$/g, "").split("|").length;
  return `${lines[0]}\n|${"---|".repeat(columns)}`;
}
