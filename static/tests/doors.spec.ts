import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "src");
const FILES = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((name) => /\.(ts|vue)$/.test(name));
const SOURCES = new Map(FILES.map((name) => [name.replaceAll("\\", "/"), readFileSync(join(ROOT, name), "utf8")]));

function uses(pattern: RegExp): string[] {
  return [...SOURCES].flatMap(([name, text]) => [...text.matchAll(pattern)].map(() => name));
}

describe("one door each", () => {
  it("for HTTP, the socket and HTML", () => {
    // The service worker has a door of its own: it passes on what the page asked for.
    expect(uses(/(?<![\w.])fetch\(/g).sort()).toEqual(["lib/transport/api.ts", "sw/cache.ts"]);
    expect(uses(/new WebSocket\(/g)).toEqual(["lib/transport/socket.ts"]);
    expect(uses(/\sv-html=/g)).toEqual(["components/chat/SafeHtml.vue"]);
  });

  it("and none for what writes markup or runs text", () => {
    expect(uses(/\.(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function\(|XMLHttpRequest|EventSource\(|sendBeacon/g)).toEqual([]);
    expect(uses(/["'`(]https?:\/\/(?!\[)/g).filter((name) => name !== "lib/markdown/slim/autolinks.ts")).toEqual([]);
  });

  it("and one frame, without an origin, that only two parts use", () => {
    expect(uses(/<iframe/g)).toEqual(["components/base/SandboxFrame.vue"]);
    expect(SOURCES.get("components/base/SandboxFrame.vue")).toContain('sandbox="allow-scripts"');
    expect(uses(/allow-same-origin/g)).toEqual([]);
    expect(uses(/import SandboxFrame/g)).toEqual(["components/chat/DiagramView.vue", "components/chat/RemotePicture.vue"]);
  });
});

describe("tests", () => {
  it("try every composable by its name", () => {
    const specs = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".spec.ts"));
    const imported = specs.flatMap((name) => {
      const text = readFileSync(join(import.meta.dirname, name), "utf8");
      // What only gives a type is not tried.
      return [...text.matchAll(/^import (?!type )[^;]+ from "@\/(composables\/[\w/]+)";$/gm)].map(([, path]) => `${path}.ts`);
    });
    const composables = [...SOURCES.keys()].filter((name) => name.startsWith("composables/"));
    expect(composables.filter((name) => !imported.includes(name))).toEqual([]);
  });
});

describe("budgets", () => {
  const lines = (text: string): number => text.trimEnd().split("\n").length;

  it("components stay small", () => {
    const sizes = [...SOURCES].filter(([name]) => name.endsWith(".vue")).map(([, text]) => lines(text)).sort((a, b) => a - b);
    const scripts = [...SOURCES].filter(([name]) => name.endsWith(".vue")).map(([, text]) => lines(text.split("<style>")[0]!)).sort((a, b) => a - b);
    expect(sizes.at(-1)).toBeLessThanOrEqual(250);
    expect(scripts[Math.floor(scripts.length / 2)]).toBeLessThanOrEqual(60);
  });

  it("stores and composables stay within 200 lines", () => {
    const long = [...SOURCES].filter(([name, text]) => /^(stores|composables|chat)\//.test(name) && lines(text) > 200);
    expect(long.map(([name]) => name)).toEqual([]);
  });
});
