/**
 * The markdown dialect: GFM with footnotes and formulas, without raw HTML, with nothing that loads by itself.
 * It says where things are; what must be fetched to show them (KaTeX, colours, Mermaid) is not known here.
 */
import MarkdownIt from "markdown-it";

import { colourOf } from "@/lib/markdown/colours";
import { friendlyEmphasis } from "@/lib/markdown/rules/emphasis";
import { mathRules } from "@/lib/markdown/rules/math";
import { noteRules } from "@/lib/markdown/rules/notes";
import { taskRule } from "@/lib/markdown/rules/tasks";

type Token = ReturnType<InstanceType<typeof MarkdownIt>["parse"]>[number];

export const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false, typographer: false });

const escape = markdown.utils.escapeHtml;

function percent(character: string): string {
  try {
    return encodeURIComponent(character);
  } catch {
    return "%EF%BF%BD"; // half of a character
  }
}

markdown.normalizeLink = (url) => url.replace(/[^\x21-\x7e]|["<>\\^`{|}]|%(?![0-9a-f]{2})/giu, percent);

/** Readable, unless what it hides would show as something else: spaces, invisible characters, changes of direction. */
markdown.normalizeLinkText = (url) => {
  try {
    const plain = decodeURI(url);
    return /[\s\p{C}]/u.test(plain) ? url : plain;
  } catch {
    return url;
  }
};

friendlyEmphasis(markdown);
mathRules(markdown);
noteRules(markdown);
taskRule(markdown);

/** The host of a web address; anything that is no web address -> the empty string. */
export function hostOf(address: string): string {
  try {
    const { protocol, host } = new URL(address);
    return /^https?:$/.test(protocol) ? host : "";
  } catch {
    return "";
  }
}

// A picture written by a model could carry the conversation away in its address: it becomes a link that names its host,
// and is shown when somebody asks for it (MarkdownBlock).
markdown.renderer.rules.image = (tokens, index, options, env, self) => {
  const token = tokens[index]!;
  const address = String(token.attrGet("src") ?? "");
  if (address.startsWith("streamdown:")) return ""; // not written to its end (repair.ts)
  const text = escape(self.renderInlineAsText(token.children ?? [], options, env));
  const host = escape(hostOf(address));
  if (!host) return text;
  const label = text ? `<span class="remote-alt">${text}</span>` : "";
  return `<a class="remote-image" href="${escape(address)}">${label}<span class="remote-host">${host}</span></a>`;
};

markdown.renderer.rules.fence = (tokens, index, _options, env) => codeHtml(tokens[index]!.content, tokens[index]!.info, env);
markdown.renderer.rules.code_block = (tokens, index, _options, env) => codeHtml(tokens[index]!.content, "", env);
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

/** The few tags that models write within text, as markdown has no signs for them: no attributes, nothing else. */
markdown.inline.ruler.before("autolink", "tag", (state, silent) => {
  const match = /^<(?:br\s*\/?|(\/?)(sub|sup|kbd|mark|u))>/i.exec(state.src.slice(state.pos, state.pos + 8));
  if (!match) return false;
  if (!silent) {
    if (match[2]) state.push("tag", "", 0).content = `<${match[1]}${match[2].toLowerCase()}>`;
    else state.push("hardbreak", "br", 0);
  }
  state.pos += match[0].length;
  return true;
});
markdown.renderer.rules.tag = (tokens, index) => tokens[index]!.content;

export function languageOf(info: string): string {
  return (info.trim().split(/[\s{,:]/)[0] ?? "").toLowerCase();
}

/** Code inside a list or a quote. Code at the top level is a component of its own. */
function codeHtml(code: string, info: string, env: Record<string, unknown> = {}): string {
  const language = languageOf(info);
  const colour = language && colourOf(language);
  const label = language ? `<span class="code-label">${escape(language)}</span>` : "";
  const words = env.words as { copyCode: string } | undefined;
  // What it does is in composables/useProseEvents.ts.
  const copy = words && !env.live ? `<button class="nested-copy" aria-label="${escape(words.copyCode)}"></button>` : "";
  return `<div class="code nested">${label}${copy}<pre tabindex="0"><code>${colour ? colour(code) : escape(code)}</code></pre></div>`;
}

export type { Token };
