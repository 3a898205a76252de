/** What was taken out of the first load has a smaller stand-in, or comes later: here it is held against the original. */
import { decodeHTMLStrict as original } from "../node_modules/entities/dist/index.js";
import { beforeAll, describe, expect, it } from "vitest";
import { createI18n } from "vue-i18n";

import { compileTexts, type Texts } from "@/i18n/compile";
import { decodeHTMLStrict } from "@/lib/markdown/slim/entities";
import { loadRepair, repair } from "@/lib/markdown/repair";
import { renderProse } from "@/lib/markdown/render";

const AREAS = import.meta.glob<{ default: Texts }>("../src/i18n/{en,zh-CN}/*.ts", { eager: true });

function texts(tree: Texts): string[] {
  return Object.values(tree).flatMap((value) => (typeof value === "string" ? [value] : texts(value)));
}

// Vitest hands the flags of vite.config.ts to vue-i18n, which would then have no compiler to compare with.
(globalThis as Record<string, unknown>).__INTLIFY_DROP_MESSAGE_COMPILER__ = false;

function say(text: string, named: Record<string, unknown>, count?: number, own = true): string {
  const messages = { en: (own ? compileTexts({ it: text }) : { it: text }) as { it: string } };
  const { t } = createI18n({ legacy: false, locale: "en", messages }).global;
  return count === undefined ? t("it", named) : t("it", named, count);
}

describe("the compiler of texts", () => {
  const all = Object.values(AREAS).flatMap((area) => texts(area.default));

  it("says every text of ours as vue-i18n does", () => {
    expect(all.length).toBeGreaterThan(150);
    for (const text of all) {
      const named = Object.fromEntries([...text.matchAll(/\{(\w+)\}/g)].map(([, name], at) => [name, `<${at}>`]));
      expect(say(text, named)).toBe(say(text, named, undefined, false));
      if (text.includes("|")) for (const count of [0, 1, 2, 5]) expect(say(text, named, count)).toBe(say(text, named, count, false));
    }
  });

  it.each(["{n} file | {n} files", "none | one | {count} of {total}", "{'@'} and {'{'}{a}{'}'}", "{a}{b}", "plain"])("knows %s", (text) => {
    for (const count of [0, 1, 7]) expect(say(text, { a: 1, b: "B", total: 9 }, count)).toBe(say(text, { a: 1, b: "B", total: 9 }, count, false));
  });

  it("leaves a hole empty whose value is missing", () => {
    expect(say("a {x} b", {})).toBe("a  b");
  });
});

describe("named characters", () => {
  it.each(["&amp;", "&lt;", "&copy;", "&nbsp;", "&Tab;", "&NewLine;", "&ngE;", "&hellip;", "&semi;", "&Aacute;", "&nosuch;", "&ampx;", "&notit;"])("%s", (name) => {
    expect(decodeHTMLStrict(name)).toBe(original(name));
  });

  it("decodes nothing but one name", () => {
    expect(decodeHTMLStrict("&lt;b&gt;")).toBe("&lt;b&gt;");
    expect(decodeHTMLStrict("<b>&amp;")).toBe("<b>&amp;");
  });
});

describe("the repair of open markers", () => {
  beforeAll(() => expect(repair("**a")).toBe("**a"));

  it("comes later, and only for what is being written", async () => {
    await loadRepair();
    expect(renderProse("**a", true)).toContain("<strong>a</strong>");
    expect(renderProse("**a", false)).toContain("**a");
  });
});
