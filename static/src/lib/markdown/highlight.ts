/** Highlighting, loaded when the first code block needs it, and each language when first seen. */
import type { LanguageFn } from "highlight.js";

import { sanitize } from "@/lib/markdown/sanitize";

type Loader = () => Promise<{ default: LanguageFn }>;

const LOADERS: Record<string, Loader> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  c: () => import("highlight.js/lib/languages/c"),
  clojure: () => import("highlight.js/lib/languages/clojure"),
  cmake: () => import("highlight.js/lib/languages/cmake"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  css: () => import("highlight.js/lib/languages/css"),
  dart: () => import("highlight.js/lib/languages/dart"),
  diff: () => import("highlight.js/lib/languages/diff"),
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  elixir: () => import("highlight.js/lib/languages/elixir"),
  erlang: () => import("highlight.js/lib/languages/erlang"),
  fortran: () => import("highlight.js/lib/languages/fortran"),
  fsharp: () => import("highlight.js/lib/languages/fsharp"),
  go: () => import("highlight.js/lib/languages/go"),
  graphql: () => import("highlight.js/lib/languages/graphql"),
  groovy: () => import("highlight.js/lib/languages/groovy"),
  haskell: () => import("highlight.js/lib/languages/haskell"),
  ini: () => import("highlight.js/lib/languages/ini"),
  java: () => import("highlight.js/lib/languages/java"),
  javascript: () => import("highlight.js/lib/languages/javascript"),
  json: () => import("highlight.js/lib/languages/json"),
  julia: () => import("highlight.js/lib/languages/julia"),
  kotlin: () => import("highlight.js/lib/languages/kotlin"),
  latex: () => import("highlight.js/lib/languages/latex"),
  less: () => import("highlight.js/lib/languages/less"),
  lua: () => import("highlight.js/lib/languages/lua"),
  makefile: () => import("highlight.js/lib/languages/makefile"),
  markdown: () => import("highlight.js/lib/languages/markdown"),
  matlab: () => import("highlight.js/lib/languages/matlab"),
  nginx: () => import("highlight.js/lib/languages/nginx"),
  objectivec: () => import("highlight.js/lib/languages/objectivec"),
  ocaml: () => import("highlight.js/lib/languages/ocaml"),
  perl: () => import("highlight.js/lib/languages/perl"),
  php: () => import("highlight.js/lib/languages/php"),
  powershell: () => import("highlight.js/lib/languages/powershell"),
  protobuf: () => import("highlight.js/lib/languages/protobuf"),
  python: () => import("highlight.js/lib/languages/python"),
  r: () => import("highlight.js/lib/languages/r"),
  ruby: () => import("highlight.js/lib/languages/ruby"),
  rust: () => import("highlight.js/lib/languages/rust"),
  scala: () => import("highlight.js/lib/languages/scala"),
  scheme: () => import("highlight.js/lib/languages/scheme"),
  scss: () => import("highlight.js/lib/languages/scss"),
  sql: () => import("highlight.js/lib/languages/sql"),
  swift: () => import("highlight.js/lib/languages/swift"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  verilog: () => import("highlight.js/lib/languages/verilog"),
  vbnet: () => import("highlight.js/lib/languages/vbnet"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};

const ALIASES: Record<string, string> = {
  "c#": "csharp", "c++": "cpp", cc: "cpp", cjs: "javascript", clj: "clojure", conf: "nginx", console: "bash",
  cs: "csharp", docker: "dockerfile", ex: "elixir", f90: "fortran", golang: "go", h: "c", hpp: "cpp", hs: "haskell",
  htm: "xml", html: "xml", js: "javascript", json5: "json", jsonc: "json", jsx: "javascript", kt: "kotlin",
  make: "makefile", md: "markdown", mjs: "javascript", mysql: "sql", objc: "objectivec", patch: "diff", pl: "perl",
  postgres: "sql", proto: "protobuf", ps1: "powershell", py: "python", python3: "python", rb: "ruby", rs: "rust",
  sass: "scss", sh: "bash", shell: "bash", sqlite: "sql", svg: "xml", svelte: "xml", tex: "latex", toml: "ini",
  ts: "typescript", tsx: "typescript", vb: "vbnet", vue: "xml", yml: "yaml", zsh: "bash",
};

/** Above this, colouring costs more than it helps. In characters. */
const LIMIT = 100_000;

export function canonical(language: string): string | null {
  const name = Object.hasOwn(ALIASES, language) ? ALIASES[language]! : language;
  return Object.hasOwn(LOADERS, name) ? name : null;
}

/** How many languages can be coloured. */
export const LANGUAGES = Object.keys(LOADERS).length;

/** Colours code of a language: HTML that is escaped, not sanitised. Null for a language that is not known: it stays plain. */
export async function colourer(language: string): Promise<((code: string) => string) | null> {
  const name = canonical(language);
  if (!name) return null;
  const [{ default: hljs }, { default: grammar }] = await Promise.all([import("highlight.js/lib/core"), LOADERS[name]!()]);
  if (!hljs.getLanguage(name)) hljs.registerLanguage(name, grammar);
  return (code) => hljs.highlight(code, { language: name, ignoreIllegals: true }).value;
}

/** Sanitised HTML, or null when the language is unknown or the code too long: then it stays plain text. */
export async function highlight(code: string, language: string): Promise<string | null> {
  const colour = code.length > LIMIT ? null : await colourer(language);
  return colour && sanitize(colour(code));
}
