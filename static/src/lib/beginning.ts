/** The beginning of a long text: about twenty lines of it. */
const LINES = 20;
const CHARACTERS = 1600;
/** What is only a little longer is shown whole. */
const LONG_LINES = 30;
const LONG_CHARACTERS = 2400;

/** Null when the text is short enough to be shown whole. Cut at the end of a line or, where there is none, of a word. */
export function beginningOf(text: string): string | null {
  const lines = text.slice(0, LONG_CHARACTERS).split("\n", LONG_LINES + 1);
  if (text.length <= LONG_CHARACTERS && lines.length <= LONG_LINES) return null;
  const few = lines.slice(0, LINES).join("\n");
  if (few.length <= CHARACTERS) return few;
  const start = few.slice(0, CHARACTERS);
  const end = Math.max(start.lastIndexOf(" "), start.lastIndexOf("\n"));
  // Never in the middle of a character, nor far before the limit: Chinese has no spaces.
  return end > CHARACTERS - 200 ? start.slice(0, end) : start.replace(/[\uD800-\uDBFF]$/, "");
}
