/** Task lists: `- [ ] open`, `- [x] done`. */
import type { Markdown } from "@/lib/markdown/rules/types";

export function taskRule(markdown: Markdown): void {
  markdown.core.ruler.push("tasks", (state) => {
    state.tokens.forEach((token, index) => {
      if (token.type !== "inline" || state.tokens[index - 2]?.type !== "list_item_open") return;
      const first = token.children?.[0];
      const match = first?.type === "text" ? /^\[([ xX])\](?: |$)/.exec(first.content) : null;
      if (!first || !match) return;
      first.content = first.content.slice(match[0].length);
      state.tokens[index - 2]!.attrJoin("class", "task");
      const box = new state.Token("tick", "span", 0);
      box.meta = { state: match[1] === " " ? "open" : "done" };
      token.children!.unshift(box);
    });
  });

  // Drawn by the style sheet; the sign inside is for screen readers and for copying.
  markdown.renderer.rules.tick = (tokens, index) => {
    const { state } = tokens[index]!.meta as { state: string };
    return `<span class="tick ${state}"><span class="sr-only">${state === "done" ? "☑" : "☐"} </span></span>`;
  };
}
