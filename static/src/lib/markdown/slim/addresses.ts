/**
 * Stands in for `mdurl` and `punycode.js` (vite.config.ts). Only `normalizeLink` and `normalizeLinkText` of
 * markdown-it use them, and parser.ts gives it others, on the browser's own URL class.
 */
function unused(): never {
  throw new Error("Links are normalised in lib/markdown/parser.ts.");
}

export { unused as decode, unused as encode, unused as format, unused as parse };
export default { toASCII: unused, toUnicode: unused };
