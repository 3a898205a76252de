/** Markdown as plain text that reads well where no markdown is: marks go, words, lines, lists and code stay. */

const FENCE = /^[ \t]*(`{3,}|~{3,})/;

function inline(text: string): string {
  return text
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\[([^\]]+)\]\(<?([^)\s>]+)>?[^)]*\)/g, (_all, words: string, href: string) => (words === href ? href : `${words} (${href})`))
    .replace(/(`+)(.+?)\1/g, "$2")
    .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, "$2")
    .replace(/(^|[^\w*\\])\*(?=\S)([^*\n]+?)(?<![\s\\])\*(?!\w)/g, "$1$2")
    .replace(/(^|[^\w_\\])_(?=\S)([^_\n]+?)(?<![\s\\])_(?!\w)/g, "$1$2")
    .replace(/~~(.+?)~~/g, "$1")
    .replace(/\\([\\`*_{}[\]()#+\-.!|>~$])/g, "$1");
}

function line(text: string): string | null {
  if (/^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(\|[ \t]*:?-{2,}:?[ \t]*)+\|?[ \t]*$/.test(text)) return null;
  if (/^[ \t]*([-*_])([ \t]*\1){2,}[ \t]*$/.test(text)) return "";
  const bare = text.replace(/^[ \t]{0,3}#{1,6}[ \t]+/, "").replace(/^[ \t]*>[ \t]?/, "").replace(/^([ \t]*)[*+][ \t]+/, "$1- ");
  const cells = /^[ \t]*\|(.+)\|[ \t]*$/.exec(bare);
  return inline(cells ? cells[1]!.split("|").map((cell) => cell.trim()).join("\t") : bare);
}

export function plainText(markdown: string): string {
  const lines: string[] = [];
  let fence = "";
  for (const text of markdown.split("\n")) {
    const mark = FENCE.exec(text)?.[1];
    if (fence) {
      if (mark?.startsWith(fence) && text.trim() === mark) fence = "";
      else lines.push(text);
    } else if (mark) fence = mark;
    else {
      const bare = line(text);
      if (bare !== null) lines.push(bare);
    }
  }
  return lines.join("\n").replace(/\n{3,}/g, "\n\n").trim();
}
