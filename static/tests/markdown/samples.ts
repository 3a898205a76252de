/** An answer with everything in it, and a generator of chance that can be repeated. */
export const DOCUMENT = [
  "# Title", "", "A *paragraph* with `code`,", "two lines, and a [link][home].", "", "1. one", "", "2. two", "   - nested", "",
  "   ```js", "   let a = 1", "   ```", "", "> quote", "lazy", "", "| a | b |", "|---|--:|", "| 1 | 2<br>3 |", "",
  "```python {2}", "print('😀')", "", "", "x = 1", "```", "Setext", "======", "", "- [x] done", "- [ ] open", "", "---",
  "", "A formula $a_1^2$ and a note[^n].", "$$", "\\frac{a}{b}", "$$", "    indented", "", "[home]: https://example.org 'Home'", "", "[^n]: A note", "    with two lines.", "",
  ...Array.from({ length: 130 }, (_, at) => `${at % 2 ? "*" : "*"} item ${at}`), "",
  "| n | square |", "|--:|---|", ...Array.from({ length: 130 }, (_, at) => `| ${at} | ${at * at} |`), "", "末尾的一段。",
].join("\n");

/** Numbers in [0, 1) from a seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}
