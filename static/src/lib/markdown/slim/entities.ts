/**
 * What markdown-it takes of the package `entities`: named character references, decoded by the browser, which knows
 * them all. In the built page this file stands in its place (vite.config.ts).
 */
const known = new Map<string, string>();
let parser: DOMParser | null = null;

/** `&amp;` -> `&`. A name that HTML does not know stays as it is. Takes one reference, with its semicolon. */
export function decodeHTMLStrict(reference: string): string {
  let decoded = known.get(reference);
  if (decoded === undefined) {
    // One name, nothing that could be markup: an inert document decodes it.
    parser ??= new DOMParser();
    decoded = /^&\w+;$/.test(reference) ? (parser.parseFromString(`<p>${reference}`, "text/html").body.textContent ?? reference) : reference;
    // HTML also decodes a known name at the beginning of an unknown one ("&ampx;").
    if (decoded.length > 1 && decoded.endsWith(";")) decoded = reference;
    known.set(reference, decoded);
  }
  return decoded;
}
