import { beforeAll, describe, expect, it } from "vitest";

import { drawMath, loadMath } from "@/lib/markdown/math";
import { loadRepair, renderProse } from "@/lib/markdown/render";

import { chance } from "./samples";

function formulas(source: string, live = false): string[] {
  const element = document.createElement("div");
  element.innerHTML = renderProse(source, live);
  return [...element.querySelectorAll("[data-tex], .math-source")].map((node) => node.getAttribute("data-tex") ?? `source ${node.textContent}`);
}

describe("before KaTeX has come", () => {
  it("a formula is its source", () => {
    expect(formulas("so $x^2$ is")).toEqual(["source $x^2$"]);
  });
});

describe("formulas", () => {
  beforeAll(async () => {
    await Promise.all([loadMath(), loadRepair()]);
  });

  it.each([
    ["$x$"], ["a $x^2$ b"], ["$n$th of $m$"], ["那么$x=1$时"], ["（$a$）、$b$。"], ["($5$)"], ["\\(a+b\\)"], ["$a_1 * b_2 * c$"], ["$\\$5$"], ["$3x + 2$"], ["$x\n+y$"],
    ["$$a$$"], ["$$\na\n$$"], ["\\[\na\n\\]"], ["text:\n$$\n\\begin{aligned}a&=b\\\\c&=d\\end{aligned}\n$$\nmore"], ["- item\n  $$\n  x\n  $$"], ["> \\[x\\]"], ["| a |\n|---|\n| $x$ |"],
  ])("%s", (source) => {
    const found = formulas(source);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join()).not.toContain("source");
  });

  it.each([
    ["It costs $5 and $10."], ["$20M-$30M"], ["US$5 or HK$8"], ["from $5 and then 10$ more"], ["$ x $"], ["$x $"], ["\\$5 and 6\\$"], ["$AAPL,$TSLA"], ["`$x$`"], ["一共$5元，另外10$"],
    ["$5"], ["$$"], ["a $$ b"], ["\\\\(x\\\\)"], ["$100, $200 and $300"], ["${name}-${other}"], ["$HOME/bin:$PATH"], ["$1,000.00 (or $2,000.00)"],
  ])("%s is none", (source) => {
    expect(formulas(source)).toEqual([]);
  });

  it("keep their source for copying, in their own signs", () => {
    expect(formulas("$a<b$ and \\(c\\)\n\n\\[\nd\n\\]")).toEqual(["$a<b$", "\\(c\\)", "\\[d\\]"]);
  });

  it("that KaTeX cannot read are their source", () => {
    expect(formulas("$\\undefined{x}$ and $\\frac{1$")).toEqual(["source $\\undefined{x}$", "source $\\frac{1$"]);
  });

  it("are MathML for screen readers, without the source read aloud", () => {
    const html = renderProse("$x^2$", false);
    expect(html).toContain("<math");
    expect(html).not.toContain("annotation");
    expect(html).toContain('class="katex-html" aria-hidden="true"');
  });

  it.each(["\\href{javascript:alert(1)}{x}", "\\url{https://evil.example}", "\\includegraphics{https://evil.example/a.png}", "\\htmlClass{a}{x}", "\\htmlStyle{background:url(//evil.example)}{x}", "\\htmlData{a=b}{x}", "\\htmlId{a}{x}"])(
    "%s does nothing",
    (source) => {
      expect(formulas(`$${source}$`)).toEqual([`source $${source}$`]);
    },
  );

  it("never take long", () => {
    const hostile = [
      "\\def\\a{\\a\\a}\\a", "\\def\\a#1{#1#1#1#1}" + "\\a{".repeat(40) + "x" + "}".repeat(40), "\\rule{1000000em}{1000000em}", "{".repeat(2000) + "}".repeat(2000), "\\frac{".repeat(900),
      "\\sqrt{".repeat(55) + "x" + "}".repeat(55), "x_{".repeat(400) + "}".repeat(400), "\\left(".repeat(300) + "\\right)".repeat(300), "\\begin{matrix}" + "&".repeat(1800) + "\\end{matrix}", "\\\\".repeat(1400),
      "\\newcommand{\\x}{\\x}\\x", "\\edef\\a{1}\\edef\\a{\\a\\a}".repeat(40), "^".repeat(2900), "\\unicode{x}".repeat(300),
    ];
    for (const source of hostile) {
      const started = performance.now();
      drawMath(source, true);
      expect(performance.now() - started, source.slice(0, 40)).toBeLessThan(1000);
    }
    for (const source of ["$a ".repeat(20_000), "\\(".repeat(20_000), "$$".repeat(9_999), "\\[x\n".repeat(5_000), "$\\a".repeat(9_000)]) {
      const started = performance.now();
      renderProse(source, false);
      renderProse(source, true);
      expect(performance.now() - started, source.slice(0, 10)).toBeLessThan(2500);
    }
  });

  it("never show more than they are: no rule larger than a page", () => {
    expect(renderProse("$\\rule{99999em}{99999em}$", false)).not.toMatch(/9999/.source.repeat(2));
  });

  it("that are half written are their source, whole, at any cut", () => {
    const source = "Let \\(a_1 * b_2 * c\\) and $x_{1}^{*}$:\n\n$$\n\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}\n$$\n\n\\[\n\\int_0^1 f(x)\\,dx\n\\]";
    const random = chance(3);
    for (let end = 5; end <= source.length; end += 1 + Math.floor(random() * 2)) {
      const element = document.createElement("div");
      element.innerHTML = renderProse(source.slice(0, end), true);
      expect(element.querySelector("em, strong"), source.slice(0, end)).toBeNull();
    }
    expect(formulas("Let \\(a_1", true)).toEqual(["source \\(a_1"]);
    expect(formulas("$$\n\\frac{1}{2", true)).toEqual(["source $$\\frac{1}{2"]);
    expect(formulas("It costs $5 and", true)).toEqual([]);
  });
});
