/** Whole sentences at the beginning of `text`, and how much of it they are. Markdown's marks are left unsaid. */
export function takeSentences(text: string): { sentences: string; length: number } {
  const match = /^[\s\S]*(?:[.!?](?=\s)|[。！？…](?!$)|[。！？]$|\n\n)/.exec(text);
  if (!match) return { sentences: "", length: 0 };
  return { sentences: plain(match[0]), length: match[0].length };
}

export function plain(markdown: string): string {
  return markdown
    .replace(/```[\s\S]*?(?:```|$)/g, " ")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^[ \t]*(?:#{1,6}|>|[-*+]|\d+\.)[ \t]+/gm, "")
    .replace(/[*_`~|]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
