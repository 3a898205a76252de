import { describe, expect, it } from "vitest";

import { fileName } from "@/lib/markdown/files";
import { canonical, colourer, highlight, LANGUAGES } from "@/lib/markdown/highlight";
import { countLines, LineChunker, LinePainter, linesHtml, parseInfo } from "@/lib/markdown/lines";

import { chance } from "./samples";

describe("what stands behind a fence", () => {
  it.each([
    ["js {2,4-6} title=\"a b.js\"", "js", "a b.js", [2, 4, 5, 6]], ["Python", "python", "", []], ["ts:src/a.ts", "ts", "src/a.ts", []], ["c++ filename=x.cpp", "c++", "x.cpp", []],
    ["", "", "", []], ["{1}", "", "", [1]], ["js {9-2}", "js", "", []], ["js {x}", "js", "", []],
  ])("%s", (info, language, title, marks) => {
    const parsed = parseInfo(info);
    expect([parsed.language, parsed.title, [...parsed.marks]]).toEqual([language, title, marks]);
  });

  it("marks no more lines than anybody can want", () => {
    expect(parseInfo("js {1-999999999}").marks.size).toBe(1000);
  });
});

describe("lines", () => {
  const code = Array.from({ length: 400 }, (_, at) => (at % 9 === 8 ? "" : `${at % 3 ? "  " : ""}line ${at}`)).join("\n");

  it("come in the same chunks however the code arrived", () => {
    const expected = new LineChunker().update(code);
    expect(expected.map((chunk) => chunk.text).join("")).toBe(code);
    expect(expected.length).toBeGreaterThan(4);
    const random = chance(5);
    const chunker = new LineChunker();
    for (let end = 0; end < code.length; end += Math.floor(random() * 90)) {
      const before = chunker.update(code.slice(0, end));
      const after = chunker.update(code.slice(0, end + 1));
      expect(after.slice(0, before.length - 1).every((chunk, at) => chunk === before[at])).toBe(true);
    }
    expect(chunker.update(code)).toEqual(expected);
    expect(chunker.update("other")).toEqual([{ first: 1, text: "other" }]);
    expect(chunker.update("")).toEqual([]);
  });

  it("are counted as people count them", () => {
    expect(["", "a", "a\n", "a\nb", "\n"].map(countLines)).toEqual([0, 1, 1, 2, 1]);
  });

  it("are elements of their own, with colours that span several", async () => {
    const colour = (await colourer("js"))!;
    const html = linesHtml({ first: 3, text: "/* a\nb */ let x\n<b>" }, new Set([4]), colour);
    const element = document.createElement("pre");
    element.innerHTML = html;
    expect([...element.children].map((line) => line.className)).toEqual(["line", "line marked", "line"]);
    expect(element.textContent).toBe("/* a\nb */ let x\n<b>");
    expect(element.querySelectorAll(".hljs-comment").length).toBe(2);
  });

  const drawn = (html: string): string => Object.assign(document.createElement("pre"), { innerHTML: html }).innerHTML;

  it("are the same when they grow letter by letter, and only those that change are new", async () => {
    const source = "def f():\n    \"\"\"a\n    b\"\"\"\n\n    return '<&>'\n\t# <img src=x onerror=alert(1)>\n";
    for (const colour of [null, await colourer("python")]) {
      const painter = new LinePainter();
      for (let end = 1; end <= source.length; end += 1) {
        const grown = painter.paint(source.slice(0, end), colour).map((line) => `<span class="line">${line}</span>`).join("");
        expect(drawn(grown)).toBe(drawn(linesHtml({ first: 1, text: source.slice(0, end) }, new Set(), colour)));
      }
      const tricky = painter.paint("a\nb\n", () => '<span class="line">a\n</span>b\n');
      expect(tricky.map((line) => drawn(line))).toEqual(['<span class="line">a\n</span>', '<span class="line"></span>b\n']);
      const evil = painter.paint("a\n", () => "<img src=x onerror=alert(1)><span class=\"hljs-x\">a</span>\n");
      expect(evil).toEqual(["<span class=\"hljs-x\">a</span>\n"]);
    }
  });

  it("are the same with colours and without", async () => {
    const source = "def f():\n    \"\"\"a\n    b\"\"\"\n\n    return '<&>'\n";
    const texts = [null, await colourer("python")].map((colour) => {
      const element = document.createElement("pre");
      element.innerHTML = linesHtml({ first: 1, text: source }, new Set(), colour);
      return [element.textContent, element.querySelectorAll(".line").length];
    });
    expect(texts[0]).toEqual([source, 5]);
    expect(texts[1]).toEqual(texts[0]);
  });
});

describe("highlighting", () => {
  it("knows more than 40 languages, each of which can be fetched", async () => {
    expect(LANGUAGES).toBeGreaterThanOrEqual(40);
    for (const name of ["py", "js", "ts", "sh", "c++", "c#", "golang", "rs", "yml", "html", "vue", "docker", "toml"]) expect(await colourer(name), name).toBeTypeOf("function");
  });

  it("knows aliases and leaves unknown languages plain", async () => {
    expect(canonical("py")).toBe("python");
    expect(canonical("constructor")).toBeNull();
    expect(canonical("__proto__")).toBeNull();
    expect(await highlight("x = 1", "nolang")).toBeNull();
    expect(await highlight("def f(): pass", "py")).toContain("hljs-keyword");
  });
});

describe("a file's name", () => {
  it.each([
    ["js title=src/a.js", "a.js"], ["python", "code.py"], ["dockerfile", "Dockerfile"], ["", "code.txt"], ["x title=../../etc/passwd", "passwd"], ["x title=..", "code.x"], ["js title=\"a<b>:c.js\"", "abc.js"],
    ["constructor", "code.txt"], ["c++", "code.cpp"],
  ])("%s", (info, name) => {
    expect(fileName(parseInfo(info))).toBe(name);
  });
});
