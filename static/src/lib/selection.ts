/** The text of a selection in which formulas are: each as its source. Null when it holds none: then the browser copies better. */
const BLOCKS = /^(?:P|DIV|LI|TR|H[1-6]|PRE|BLOCKQUOTE|UL|OL|TABLE|FIGURE)$/;

export function withSources(selection: Selection | null): string | null {
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0).cloneRange();
  // Half a formula is copied as the whole of it.
  const start = formulaAround(range.startContainer);
  const end = formulaAround(range.endContainer);
  if (start) range.setStartBefore(start);
  if (end) range.setEndAfter(end);
  const fragment = range.cloneContents();
  if (!fragment.querySelector("[data-tex]")) return null;
  return textOf(fragment).replace(/\n{3,}/g, "\n\n").trim();
}

function formulaAround(node: Node): Element | null {
  return (node instanceof Element ? node : node.parentElement)?.closest("[data-tex]") ?? null;
}

function textOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? "";
  if (!(node instanceof Element)) return [...node.childNodes].map(textOf).join("");
  const source = node.getAttribute("data-tex");
  const isBlock = BLOCKS.test(node.tagName);
  const inner = source ?? (node.tagName === "BR" ? "\n" : [...node.childNodes].map(textOf).join(node.tagName === "TR" ? "\t" : ""));
  return isBlock ? `\n${inner}\n` : inner;
}
