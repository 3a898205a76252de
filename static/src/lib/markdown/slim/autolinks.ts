/**
 * Stands in for `linkify-it` (vite.config.ts): bare addresses by the rules of GitHub's markdown (GFM 6.9), which are
 * `https://`, `http://`, `www.` and e-mail, and nothing fuzzier. Other than there, an address ends where Chinese,
 * Japanese or Korean begins: such text follows an address without a space.
 */
interface Found {
  index: number;
  lastIndex: number;
  schema: string;
  text: string;
  url: string;
}

const STOP = "\\s<>\"`\\u2010-\\u206F\\u2E80-\\uA4CF\\uAC00-\\uD7FF\\uF900-\\uFAFF\\uFE30-\\uFE4F\\uFF00-\\uFFEF\\u{20000}-\\u{3FFFF}";
// Letters of a label of a domain name; at most 63, which also bounds what an e-mail costs to look for.
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,62})";
const MAIL = `[a-z0-9._%+-]{1,64}@(?:${LABEL}\\.){1,8}[a-z]{2,24}(?![\\w@-])`;
const ANY = new RegExp(`(?<![\\w.+%-])(?:https?://[^${STOP}]+|www\\.[^${STOP}]+|${MAIL})`, "giu");
const START = new RegExp(`^https?://[^${STOP}]+`, "iu");

/** Without what is not the address: punctuation at its end, a bracket that was not opened in it, an entity. */
function trimmed(address: string): string {
  let end = address.length;
  for (;;) {
    const last = address[end - 1] ?? "";
    if (last === ")" || last === "]") {
      const open = last === ")" ? "(" : "[";
      const inside = address.slice(0, end);
      if (inside.split(last).length <= inside.split(open).length) break;
      end -= 1;
    } else if (/[?!.,:*_~'|]/.test(last)) end -= 1;
    else if (last === ";") end -= /&[a-z0-9]{1,31};$/i.exec(address.slice(0, end))?.[0].length ?? 1;
    else break;
  }
  return address.slice(0, end);
}

function toFound(raw: string, index: number): Found | null {
  const text = trimmed(raw);
  const schema = /^https?:/i.exec(text)?.[0] ?? (text.includes("@") && !/^www\./i.test(text) ? "mailto:" : "");
  const host = /^(?:https?:\/\/)?([^/?#:]+)/i.exec(text)?.[1] ?? "";
  if (schema !== "mailto:" && !/^\[|^localhost$|\./.test(host)) return null;
  const url = schema === "mailto:" ? `mailto:${text}` : schema ? text : `https://${text}`;
  return { index, lastIndex: index + text.length, schema, text, url };
}

export class LinkifyIt {
  test(text: string): boolean {
    return /:\/\/|www\.|@/i.test(text);
  }

  match(text: string): Found[] {
    return [...text.matchAll(ANY)].flatMap((match) => toFound(match[0], match.index) ?? []);
  }

  /** `text` begins with a protocol. */
  matchAtStart(text: string): Found | null {
    const match = START.exec(text.slice(0, 4096));
    return match && toFound(match[0], 0);
  }
}
