import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { initialLocale } from "@/i18n";

function flatten(tree: object, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") flat.set(prefix + key, value);
    else for (const [inner, text] of flatten(value as object, `${prefix}${key}.`)) flat.set(inner, text);
  }
  return flat;
}

const AREAS = import.meta.glob<{ default: object }>("../src/i18n/{en,zh-CN}/*.ts", { eager: true });

/** Every area of a language; a key that two areas have would be whichever came last. */
function texts(tag: string): Map<string, string> {
  const files = Object.entries(AREAS).filter(([path]) => path.includes(`/${tag}/`));
  const flat = files.flatMap(([, area]) => [...flatten(area.default)]);
  expect(flat.length).toBe(new Set(flat.map(([key]) => key)).size);
  return new Map(flat);
}

const EN = texts("en");
const ZH = texts("zh-CN");
const ROOT = join(import.meta.dirname, "..", "src");
const SOURCE = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(ts|vue)$/.test(name) && !name.includes("i18n"))
  .map((name) => readFileSync(join(ROOT, name), "utf8"))
  .join("\n");

describe("interface texts", () => {
  it("exist in both languages with the same placeholders", () => {
    expect([...ZH.keys()].sort()).toEqual([...EN.keys()].sort());
    const holes = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
    for (const [key, text] of EN) expect([key, holes(ZH.get(key)!)]).toEqual([key, holes(text)]);
  });

  it("have every key that the sources ask for", () => {
    const asked = [...SOURCE.matchAll(/(?<![\w.])(?:t|translate)\(\s*"([\w.]+)"/g)].map((match) => match[1]!);
    const chosen = [...SOURCE.matchAll(/\? "((?:\w+\.)+\w+)" : "((?:\w+\.)+\w+)"/g)].flatMap((match) => [match[1]!, match[2]!]);
    const single = [...SOURCE.matchAll(/(?<![\w.])t\('([\w.]+)'/g)].map((match) => match[1]!);
    const missing = [...asked, ...single, ...chosen.filter((key) => EN.has(key) || /^(chat|composer|auth)\./.test(key))].filter((key) => !EN.has(key));
    expect(missing).toEqual([]);
  });

  it("use Chinese punctuation in Chinese", () => {
    for (const [key, text] of ZH) expect([key, /[\u4e00-\u9fff][,.!?;:]|[,;!?] ?[\u4e00-\u9fff]/.test(text)]).toEqual([key, false]);
  });
});

describe("the first language", () => {
  it("is the saved one, then the server's, then the browser's", () => {
    expect(initialLocale("zh-hans", "en", "en-GB")).toBe("zh-hans");
    expect(initialLocale(null, "en", "zh-CN")).toBe("en");
    expect(initialLocale("nonsense", undefined, "zh-TW")).toBe("zh-hans");
    expect(initialLocale(null, undefined, "fr")).toBe("en");
  });
});
