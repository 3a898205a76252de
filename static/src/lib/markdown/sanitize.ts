/** The last step before the DOM, for every HTML string of the page. What is not listed is dropped. */
import createPurifier from "dompurify";

const purifier = createPurifier(window);

const TAGS = [
  "a", "blockquote", "br", "button", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "kbd", "li", "mark",
  "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
];
const ATTRIBUTES = ["href", "title", "class", "start", "tabindex", "rel", "target", "id", "aria-label", "data-tex"];
const COMMON = {
  // "#note-" leads to a footnote of the same message, and nowhere else.
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#note-[\w-]+$)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};
// The pattern is about addresses; what holds none would not match it.
const PROSE = { ...COMMON, ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ATTRIBUTES, ADD_URI_SAFE_ATTR: ATTRIBUTES.filter((name) => name !== "href") };
/** What KaTeX draws with: MathML for screen readers, spans for the eye, an outline for roots and arrows. */
const MATH_ATTRIBUTES = [
  "style", "aria-hidden", "display", "mathvariant", "stretchy", "fence", "separator", "accent", "accentunder", "displaystyle",
  "scriptlevel", "linethickness", "minsize", "maxsize", "lspace", "rspace", "columnalign", "columnspacing", "rowspacing", "notation",
  "width", "height", "depth", "voffset", "mathcolor", "mathbackground", "mathsize", "viewbox", "preserveaspectratio", "d",
  "x1", "x2", "y1", "y2", "stroke-width",
];
const MATH = {
  ...COMMON,
  ALLOWED_TAGS: [
    ...TAGS, "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup",
    "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mpadded", "mphantom", "menclose", "mstyle", "svg", "path", "line",
  ],
  ALLOWED_ATTR: [...ATTRIBUTES, ...MATH_ATTRIBUTES],
  ADD_URI_SAFE_ATTR: [...PROSE.ADD_URI_SAFE_ATTR, ...MATH_ATTRIBUTES],
};
/** Lengths, colours and places of single letters; nothing with brackets, so no address and no function. */
const PLAIN_STYLE = /^(?:\s*[a-z-]+\s*:\s*[\w#.%+\- ]+(?:;|$))*\s*$/i;
const MADE_ID = /^note-[\w-]+$/;

purifier.addHook("uponSanitizeAttribute", (_node, attribute) => {
  const { attrName, attrValue } = attribute;
  if (attrName === "id") attribute.keepAttr = MADE_ID.test(attrValue);
  if (attrName === "style") attribute.keepAttr = PLAIN_STYLE.test(attrValue) && !/position\s*:\s*(?:fixed|sticky)/i.test(attrValue);
});

purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName !== "A") return;
  const address = node.getAttribute("href");
  if (!address || address.startsWith("#")) return;
  node.setAttribute("target", "_blank");
  node.setAttribute("rel", "noopener noreferrer nofollow");
});

/** `math`: the text holds formulas drawn by KaTeX, which need more than prose does. */
export function sanitize(html: string, math = false): string {
  return purifier.sanitize(html, math ? MATH : PROSE);
}
