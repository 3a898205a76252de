const FENCE = /^ {0,3}(`{3,}|~{3,})([^\n]*)\n([\s\S]*?)(?:^ {0,3}\1[`~]*[ \t]*$|$(?![\s\S]))/gm;

/** The last fenced block of a markdown text, as far as it has come; null when there is none. */
export function lastCode(markdown: string): string | null {
  const last = [...markdown.matchAll(FENCE)].at(-1);
  return last ? last[3]!.replace(/\n$/, "") : null;
}
