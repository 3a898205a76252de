/** The markdown dialect: GFM without raw HTML, nothing that loads by itself, no style attribute (the CSP refuses them). */
import MarkdownIt from "markdown-it";

type Token = ReturnType<InstanceType<typeof MarkdownIt>["parse"]>[number];

export const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false, typographer: false });

markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

const escape = markdown.utils.escapeHtml;

/** The host of a web address; anything that is no web address -> the text itself. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host || address;
  } catch {
    return address;
  }
}

// A picture written by a model could carry the conversation away in its address: it becomes a link that names its host.
markdown.renderer.rules.image = (tokens, index) => {
  const token = tokens[index]!;
  const source = String(token.attrGet("src") ?? "");
  const label = token.content ? `${escape(token.content)} · ` : "";
  return `<a class="remote-image" href="${escape(source)}">${label}${escape(hostOf(source))}</a>`;
};

markdown.renderer.rules.fence = (tokens, index) => codeHtml(tokens[index]!.content, tokens[index]!.info);
markdown.renderer.rules.code_block = (tokens, index) => codeHtml(tokens[index]!.content, "");
markdown.renderer.rules.table_open = () => '<div class="table-scroll" tabindex="0"><table>';
markdown.renderer.rules.table_close = () => "</table></div>";

for (const rule of ["th_open", "td_open"]) {
  markdown.renderer.rules[rule] = (tokens, index, options, _env, self) => {
    const token = tokens[index]!;
    const align = /text-align:(\w+)/.exec(String(token.attrGet("style") ?? ""))?.[1];
    token.attrs = align ? [["class", `align-${align}`]] : null;
    return self.renderToken(tokens, index, options);
  };
}

/** Models write <br> in table cells, where markdown has no other line break. */
markdown.inline.ruler.before("autolink", "br", (state, silent) => {
  const match = /^<br\s*\/?>/i.exec(state.src.slice(state.pos, state.pos + 8));
  if (!match) return false;
  if (!silent) state.push("hardbreak", "br", 0);
  state.pos += match[0].length;
  return true;
});

markdown.core.ruler.push("tasks", (state) => {
  state.tokens.forEach((token, index) => {
    if (token.type !== "inline" || state.tokens[index - 2]?.type !== "list_item_open") return;
    const first = token.children?.[0];
    const match = first?.type === "text" ? /^\[([ xX])\] /.exec(first.content) : null;
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

export function languageOf(info: string): string {
  return (info.trim().split(/[\s{,:]/)[0] ?? "").toLowerCase();
}

/** Code inside a list or a quote. Code at the top level is a component of its own. */
function codeHtml(code: string, info: string): string {
  const language = languageOf(info);
  const label = language ? `<span class="code-label">${escape(language)}</span>` : "";
  return `<div class="code nested">${label}<pre tabindex="0"><code>${escape(code)}</code></pre></div>`;
}

export type { Token };
