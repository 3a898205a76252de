import { describe, expect, it } from "vitest";

import { BlockSplitter } from "@/lib/markdown/blocks";
import { canonical, highlight } from "@/lib/markdown/highlight";
import { renderProse } from "@/lib/markdown/render";

const DOCUMENT = [
  "# Title", "", "A *paragraph* with `code`,", "two lines.", "", "1. one", "", "2. two", "   - nested", "",
  "   ```js", "   let a = 1", "   ```", "", "> quote", "lazy", "", "| a | b |", "|---|--:|", "| 1 | 2<br>3 |", "",
  "```python", "print('😀')", "", "", "x = 1", "```", "Setext", "======", "", "- [x] done", "- [ ] open", "", "---",
  "", "    indented", "", "末尾的一段。",
].join("\n");

function shape(source: string): string[] {
  return new BlockSplitter().update(source).map((block) => `${block.start}:${block.kind}:${block.source}`);
}

describe("blocks", () => {
  it("come out the same however the text arrived", () => {
    for (const size of [1, 2, 3, 7, 20]) {
      const splitter = new BlockSplitter();
      let blocks = splitter.update("");
      for (let end = size; end < DOCUMENT.length + size; end += size) blocks = splitter.update(DOCUMENT.slice(0, end));
      expect(blocks.map((block) => `${block.start}:${block.kind}:${block.source}`)).toEqual(shape(DOCUMENT));
    }
  });

  it("keep the objects of blocks that did not change", () => {
    const splitter = new BlockSplitter();
    const before = splitter.update("one\n\ntwo\n\nthree");
    const after = splitter.update("one\n\ntwo\n\nthree and more");
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(after[2]).not.toBe(before[2]);
  });

  it("start anew when the text was replaced", () => {
    const splitter = new BlockSplitter();
    splitter.update("one\n\ntwo");
    expect(splitter.update("other").map((block) => block.source)).toEqual(["other"]);
  });

  it("know an open fence as code with its language", () => {
    const [block] = new BlockSplitter().update("```Python title=x\nprint(1");
    expect(block).toMatchObject({ kind: "code", language: "python", code: "print(1" });
  });
});

describe("prose", () => {
  it("renders GFM: tables, tasks, strike, line breaks in cells", () => {
    const table = renderProse("| a | b |\n|---|--:|\n| 1<br>2 | ~~3~~ |", false);
    expect(table).toContain('<div class="table-scroll" tabindex="0">');
    expect(table).toContain('<td class="align-right"><s>3</s></td>');
    expect(table).toMatch(/1<br>\s*2/);
    const tasks = renderProse("- [x] done\n- [ ] open", false);
    expect(tasks).toContain('<span class="tick done">');
    expect(tasks).toContain('<span class="tick open">');
  });

  it("looks finished while it is being written", () => {
    expect(renderProse("some **bo", true)).toContain("<strong>bo</strong>");
    expect(renderProse("some **bo", false)).not.toContain("<strong>");
    expect(renderProse("see [the docs](https://exam", true)).not.toContain("](");
  });

  it("opens links in a new tab without a referrer", () => {
    expect(renderProse("[a](https://example.org/x)", false)).toContain('rel="noopener noreferrer nofollow"');
  });

  it("turns pictures into links that name their host", () => {
    const html = renderProse("![secret](https://evil.example/p.png?q=1)", false);
    expect(html).not.toContain("<img");
    expect(html).toContain("evil.example</a>");
  });
});

describe("hostile markdown", () => {
  const VECTORS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))", "[a](data:text/html,<script>alert(1)</script>)", "![x](javascript:alert(1))",
    '[a](https://x "onmouseover=alert(1)")', "<iframe srcdoc='<script>alert(1)</script>'>", "<a href='javascript:x'>",
    "![\"><script>alert(1)</script>](x)", "```\"><script>alert(1)</script>\nx\n```", "<style>*{background:url(//e)}</style>",
    "<form action=//e><button>x</button></form>", "[a](vbscript:x)", "<math><mtext></p><style><img src=x onerror=x>",
    "[a]: javascript:alert(1)\n\n[a]", "<input autofocus onfocus=alert(1)>", "&#106;avascript:alert(1)", "<base href=//e>",
    "- ```html\n  <img src=x onerror=alert(1)>\n  ```", "<object data=//e>", "<details open ontoggle=alert(1)>",
  ];

  it("never becomes an element or attribute that runs or loads, at any cut", () => {
    for (const vector of VECTORS) {
      for (let end = 1; end <= vector.length; end += 1) {
        for (const live of [true, false]) {
          const box = document.createElement("div");
          box.innerHTML = renderProse(vector.slice(0, end), live);
          const bad = box.querySelectorAll("script,img,svg,iframe,style,form,object,embed,base,link,meta,button,input,video,audio");
          expect([...bad].map((node) => node.outerHTML)).toEqual([]);
          for (const node of box.querySelectorAll("*")) {
            for (const attribute of node.attributes) {
              expect(attribute.name).not.toMatch(/^on|^style$|^src/);
              if (attribute.name === "href") expect(attribute.value).toMatch(/^(https?|mailto):/i);
            }
          }
        }
      }
    }
  });
});

describe("highlighting", () => {
  it("knows aliases and leaves unknown languages plain", async () => {
    expect(canonical("py")).toBe("python");
    expect(canonical("constructor")).toBeNull();
    expect(await highlight("x = 1", "nolang")).toBeNull();
    expect(await highlight("def f(): pass", "py")).toContain("hljs-keyword");
  });
});
