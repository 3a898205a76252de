import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

/** The table of `data-test` names in README.md says what the sources have: no more, no less, each once. */
const ROOT = join(import.meta.dirname, "..");
const SOURCES = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(ts|vue)$/.test(name))
  .map((name) => readFileSync(join(ROOT, "src", name), "utf8"));
const ALL = SOURCES.join("\n");

const listed = [...readFileSync(join(ROOT, "README.md"), "utf8").split("## Hooks for end-to-end tests")[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
const names = listed.filter((name) => /^[a-z-]+[…*]?$/.test(name) && !name.startsWith("data-"));
const fixed = new Set(SOURCES.flatMap((text) => [...text.matchAll(/(?<![:[])\bdata-test="([a-z-]+)"/g)].map(([, name]) => name!)));
/** `facet-${name}-choice` and its like, with the text that they stand in. */
const made = SOURCES.flatMap((text) => [...text.matchAll(/:data-test="`([^`]+)`"/g)].map(([, name]) => name!.split(/\$\{[^}]+\}/)));

/** Whether a template makes the name: what it puts in is a word of the sources, or stands for all (`fact-…`). */
function isMade(name: string): boolean {
  return made.some(([before, after]) => {
    if (!name.startsWith(before!) || !name.endsWith(after!)) return false;
    const word = name.slice(before!.length, name.length - after!.length);
    return word === "…" || word === "*" || new RegExp(`["'\\s]${word}\\b`).test(ALL);
  });
}

describe("the table of hooks", () => {
  it("has every name of the sources", () => {
    expect([...fixed].filter((name) => !names.includes(name))).toEqual([]);
    expect(made.filter(([before]) => !names.some((name) => name.startsWith(before!)))).toEqual([]);
  });

  it("has no name that the sources do not have", () => {
    expect(names.filter((name) => !fixed.has(name) && !isMade(name))).toEqual([]);
    const attributes = listed.filter((name) => name.startsWith("data-"));
    expect(attributes.filter((name) => !ALL.includes(`${name}=`))).toEqual([]);
  });

  it("has each name once", () => {
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
