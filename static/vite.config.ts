import { fileURLToPath } from "node:url";

import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

const CHAT = source("main.ts");
const SHARED = source("share.ts");

interface Graph {
  getModuleInfo: (id: string) => { importedIds: readonly string[] } | null;
}

const found = new Map<string, Set<string>>();

/** What an entry imports at once, directly or not. */
function needsOf(entry: string, graph: Graph): Set<string> {
  const known = found.get(entry);
  if (known) return known;
  const needs = new Set([entry]);
  for (const id of needs) for (const next of graph.getModuleInfo(id)?.importedIds ?? []) needs.add(next);
  found.set(entry, needs);
  return needs;
}

/** One chunk for the chat page and one for what a shared chat has too: left alone, every set of sharers makes one. */
const isBase = (id: string, graph: Graph): boolean => id !== CHAT && needsOf(CHAT, graph).has(id) && needsOf(SHARED, graph).has(id);
const isApp = (id: string, graph: Graph): boolean => id !== CHAT && needsOf(CHAT, graph).has(id) && !needsOf(SHARED, graph).has(id);

/** Parts that come with every conversation, right after its first message: what stands around messages and the composer. */
const AROUND = /components\/(message\/(MessageActions|AnswerEnd|CompareButton)|shortcuts\/host|composer\/ComposerExtras)/;

/** The texts of those parts, in one file for each language. */
function textsOf(id: string): string | null {
  const tag = /i18n\/(en|zh-CN)\/(message|shortcuts|writing|reading)\.ts$/.exec(id)?.[1];
  return tag ? `texts-${tag}` : null;
}

/**
 * Few files before the first message, and few after it: each one is a request, and HTTP/1.1 has six at a time. What only
 * some pages or some answers need must not be named here, or it comes with the rest. A module is in the first that takes it.
 */
const GROUPS = [
  { name: "vue", test: /node_modules\/(vue|@vue|pinia|vue-router|vue-i18n|@intlify)\// },
  // Before the other one, which takes along whatever it needs and is not taken yet.
  { name: (id: string, graph: Graph) => (isBase(id, graph) ? "base" : null), debugName: "base" },
  { name: (id: string, graph: Graph) => (isApp(id, graph) ? "app" : null), debugName: "app" },
  { name: "markdown", test: /node_modules\/(markdown-it|dompurify)\/|lib\/markdown\/((render|parser|sanitize|blocks|cut|resolve|repair|math|lines)\.ts$|rules\/|slim\/)/ },
  { name: textsOf, debugName: "texts" },
  { name: "around", test: AROUND },
  // What comes with the first block of code.
  { name: "code", test: /highlight\.js\/lib\/core|lib\/markdown\/highlight\.ts$|components\/chat\/(CodeTools|CodeFold)/ },
];

// Tests of what jsdom has not: response bodies that are read piece by piece, and leaving for another page.
const NODE_STREAMS = ["composables/ways", "export", "live", "share", "transport"].map((name) => `tests/${name}.spec.ts`);

export default defineConfig({
  base: "/static/",
  plugins: [vue()],
  resolve: {
    alias: [
      { find: "@", replacement: source(".") },
      // What markdown-it brings along and browsers know already: 23 kB (docs/decisions/markdown-slimmed.md).
      { find: /^entities$/, replacement: source("./lib/markdown/slim/entities.ts") },
      { find: /^linkify-it$/, replacement: source("./lib/markdown/slim/autolinks.ts") },
      { find: /^uc\.micro$/, replacement: source("./lib/markdown/slim/punctuation.ts") },
      { find: /^(mdurl|punycode\.js)$/, replacement: source("./lib/markdown/slim/addresses.ts") },
    ],
  },
  define: {
    __VUE_OPTIONS_API__: "false",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_I18N_LEGACY_API__: "false",
    __VUE_I18N_FULL_INSTALL__: "false",
    __INTLIFY_PROD_DEVTOOLS__: "false",
    // The texts come as functions: src/i18n/compile.ts.
    __INTLIFY_DROP_MESSAGE_COMPILER__: "true",
  },
  build: {
    outDir: "dist",
    // Vite's default place, .vite/, is a dot folder: collectstatic would skip it.
    manifest: "manifest.json",
    target: "es2022",
    // An inlined data: address would be refused by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The layouts of Mermaid's rarer diagrams: fetched by their frame when such a diagram comes.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: ["src/main.ts", "src/share.ts", "src/sw.ts", "src/frames/diagram.ts", "src/frames/picture.ts"],
      output: {
        codeSplitting: { groups: GROUPS },
        // The service worker's address must stay the same; what it is in is told by its text (chat/pages/worker.py).
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  test: {
    // A page of its own for each file costs half of the time; only these need Node's own streams and navigation.
    projects: [
      { extends: true, test: { name: "page", pool: "vmThreads", include: ["tests/**/*.spec.ts"], exclude: NODE_STREAMS } },
      { extends: true, test: { name: "streams", include: NODE_STREAMS } },
    ],
    environment: "jsdom",
    setupFiles: ["tests/setup.ts"],
    server: { deps: { inline: ["element-plus", "markdown-it"] } },
    reporters: ["./tests/quiet.ts"],
    silent: "passed-only",
    // A machine that others use, too, may take ten times as long as this one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
