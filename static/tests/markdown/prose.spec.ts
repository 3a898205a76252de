import { beforeAll, describe, expect, it } from "vitest";

import { loadRepair, renderProse, renderTable } from "@/lib/markdown/render";

beforeAll(loadRepair);

function box(source: string, live = false, context = {}): HTMLElement {
  const element = document.createElement("div");
  element.innerHTML = renderProse(source, live, context);
  return element;
}

describe("GitHub's markdown", () => {
  it("has tables, strikethrough, line breaks in cells", () => {
    const table = renderProse("| a | b |\n|---|--:|\n| 1<br>2 | ~~3~~ |", false);
    expect(table).toContain('<div class="table-scroll" tabindex="0">');
    expect(table).toContain('<td class="align-right"><s>3</s></td>');
    expect(table).toMatch(/1<br>\s*2/);
  });

  it("has tasks, nested and with nothing but a word missing", () => {
    const tasks = box("- [x] done\n- [ ] open\n  - [X] *nested*\n- [y] none\n- [ ]");
    expect([...tasks.querySelectorAll(".tick")].map((tick) => tick.className)).toEqual(["tick done", "tick open", "tick done", "tick open"]);
    expect(tasks.querySelector("li")!.textContent).toContain("☑ done");
  });

  it("knows the few tags that text needs, and no other", () => {
    expect(renderProse("H<sub>2</sub>O, x<sup>2</sup>, <kbd>Ctrl</kbd>, <mark>m</mark>, <u>u</u>", false)).toContain("H<sub>2</sub>O, x<sup>2</sup>, <kbd>Ctrl</kbd>, <mark>m</mark>, <u>u</u>");
    expect(box("<sub onclick=x>a</sub> <b>b</b>").querySelector("sub, b")).toBeNull();
    expect(renderProse("</sub></div>a", false)).not.toContain("</sub>");
  });

  it("numbers on where a list was cut", () => {
    expect(renderProse("1. a\n1. b", false, { ordinal: 41 })).toContain('<ol start="41">');
  });

  it("gives a table's rows and head apart", () => {
    const head = "| a | b |\n|---|:-:|\n";
    expect(renderTable(`${head}| 1 | 2 |\n`, "", false)).toEqual({ head: expect.stringContaining('<th class="align-center">b</th>'), body: expect.stringContaining("<td>1</td>") });
    expect(renderTable("| 3 | <tbody> |\n", head, false).body).toContain("&lt;tbody&gt;");
    expect(renderTable(head, "", false).body).toBe("");
  });

  it("resolves labels and footnotes by what it is told of the answer", () => {
    const element = box("[a] and note[^x] and[^x]", false, { prefix: "p", start: 5, references: { A: { href: "https://a.example", title: "" } }, notes: { x: 3 } });
    expect(element.querySelector("a")!.href).toBe("https://a.example/");
    expect([...element.querySelectorAll("sup a")].map((link) => [link.id, link.getAttribute("href")])).toEqual([["note-p-ref-3-5-1", "#note-p-3"], ["note-p-ref-3-5-2", "#note-p-3"]]);
    expect(element.querySelector("sup a")!.hasAttribute("target")).toBe(false);
    expect(box("note[^x]").textContent).toContain("[^x]");
  });
});

describe("links", () => {
  it("open in a new tab without a referrer", () => {
    expect(renderProse("[a](https://example.org/x)", false)).toContain('rel="noopener noreferrer nofollow"');
  });

  it.each([
    ["https://example.org/a_b_c*d", "https://example.org/a_b_c*d"],
    ["（https://example.org/a）。", "https://example.org/a"],
    ["见https://example.org/路径", "https://example.org/"],
    ["看 https://example.org/a，然后", "https://example.org/a"],
    ["https://example.org/a、https://example.com", "https://example.org/a"],
    ["(see https://example.org/a_(b))", "https://example.org/a_(b)"],
    ["**https://example.org/a**", "https://example.org/a"],
    ["https://example.org/a?b=1&c=2.", "https://example.org/a?b=1&c=2"],
    ["https://example.org/a&amp;", "https://example.org/a"],
    ["www.example.org/x!", "https://www.example.org/x"],
    ["write to a.b+c@example.org.", "mailto:a.b+c@example.org"],
    ["http://localhost:8000/x", "http://localhost:8000/x"],
    ["“https://example.org/q”", "https://example.org/q"],
    ["<https://example.org/中文>", "https://example.org/%E4%B8%AD%E6%96%87"],
    ["[a](https://example.org/a b)", "https://example.org/a"],
  ])("%s", (source, address) => {
    expect(box(source).querySelector("a")?.getAttribute("href")).toBe(address);
  });

  it.each(["https://", "http://a", "a@b", "x.y@", "see: //a.b", "foo.com/x"])("%s is none", (source) => {
    expect(box(source).querySelector("a")).toBeNull();
  });

  it("do not hide where they lead", () => {
    expect(box("https://example.org/%E4%B8%AD").textContent).toBe("https://example.org/中\n");
    expect(box("https://example.org/%E2%80%AE%20x").textContent).toContain("%E2%80%AE%20x");
    expect(box("https://example.org/%zz").querySelector("a")!.getAttribute("href")).toBe("https://example.org/%25zz");
  });
});

describe("pictures", () => {
  it("are links that name their host, whole", () => {
    const link = box("![A *secret*](https://evil.example:8443/p.png?q=1)").querySelector("a.remote-image")!;
    expect(link.textContent).toBe("A secretevil.example:8443");
    expect(renderProse("![x](https://e.example/p.png)", false)).not.toContain("<img");
  });

  it("from nowhere are their text", () => {
    expect(box("![only text](p.png) ![](data:image/png;base64,AA) ![b](javascript:alert(1))").querySelector("a, img")).toBeNull();
    expect(box("![only text](p.png)").textContent).toContain("only text");
  });
});

describe("Chinese beside emphasis", () => {
  it.each([
    ["**“你好”**是问候", "“你好”"], ["**「提示」**是什么", "「提示」"], ["这是**（重点）**内容", "（重点）"], ["他说**“行。”**然后走", "“行。”"],
    ["**注意：**请看", "注意："], ["请看**《红楼梦》**。", "《红楼梦》"], ["**100%**的人", "100%"], ["使用**`code`**即可", "code"],
    ["**中文。**English", "中文。"], ["日本語**「かぎ」**です", "「かぎ」"], ["**한국어(괄호)**입니다", "한국어(괄호)"], ["𠮷**“字”**𠮷", "“字”"],
  ])("%s", (source, strong) => {
    expect(box(source).querySelector("strong")?.textContent).toBe(strong);
  });

  it("changes nothing for others", () => {
    expect(box("a**(b)**c").querySelector("strong")).toBeNull();
    expect(box("snake_case_name and 2*3*4").querySelector("em")?.textContent).toBe("3");
    expect(box("** not **").querySelector("strong")).toBeNull();
  });
});

describe("what is still being written", () => {
  it.each([
    ["some **bo", "some bo", "strong"], ["some *it", "some it", "em"], ["`co", "co", "code"], ["~~de", "de", "s"], ["***b", "b", "strong em, em strong"],
    ["**“粗", "“粗", "strong"],
  ])("%s is closed", (source, text, selector) => {
    const element = box(source, true);
    expect(element.textContent!.trim()).toBe(text);
    expect(element.querySelector(selector)).not.toBeNull();
  });

  it.each([
    ["see [the docs](https://exam", "see the docs"], ["see [the do", "see the do"], ["a ![pict", "a"], ["a ![pict](https://e", "a"], ["text\n--", "text"], ["text\n=", "text"],
    ["text\n\n``", "text"], ["a <br", "a"], ["a note[^", "a note"], ["a note[^1", "a note"], ["a\n\n[1]: https://x", "a"], ["a &amp", "a"], ["a\n\n#", "a"], ["- a\n-", "a"],
    ["a <https://exam", "a"],
  ])("%s shows no half sign", (source, text) => {
    expect(box(source, true).textContent!.trim()).toBe(text);
  });

  it("is a table from its first row on", () => {
    for (const source of ["| Name |", "| Name | Va", "| Name | Value |", "| Name | Value |\n|--", "| Name | Value |\n|---|--", "| Name | Value |\n|---|---|\n| a"]) {
      expect(box(source, true).querySelector("th")?.textContent).toContain("Name");
      expect(box(source, true).querySelector("p")).toBeNull();
    }
    expect(box("| Name |", false).querySelector("table")).toBeNull();
  });

  it("refers to footnotes whose text comes at the end", () => {
    expect(box("a note[^1] and more", true).querySelector("sup")?.textContent).toBe("1");
  });
});
