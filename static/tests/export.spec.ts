import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";

import { useExport } from "@/composables/useExport";
import { nameOf, readAll, sizeText } from "@/lib/files";

describe("files", () => {
  it("are called as the server says", () => {
    expect(nameOf("attachment; filename*=utf-8''%E9%B2%B8%E9%B1%BC.md", "x")).toBe("鲸鱼.md");
    expect(nameOf('attachment; filename="a b.zip"', "x")).toBe("a b.zip");
    expect(nameOf("attachment; filename*=utf-8''%E9%", "x")).toBe("x");
    expect(nameOf(null, "x")).toBe("x");
  });

  it("tell their size in the reader's units", () => {
    expect(sizeText(900, "en")).toBe("900 byte");
    expect(sizeText(12_345, "en")).toBe("12 kB");
    expect(sizeText(3_249_000, "en")).toBe("3.2 MB");
  });

  it("are read to their end, telling how much has come", async () => {
    const told: number[] = [];
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(3));
        controller.enqueue(new Uint8Array(4));
        controller.close();
      },
    });
    const blob = await readAll(new Response(body, { headers: { "Content-Type": "application/zip" } }), (bytes) => told.push(bytes));
    expect([blob.size, blob.type]).toEqual([7, "application/zip"]);
    expect(told).toEqual([3, 7]);
  });
});

describe("an export", () => {
  let scope: EffectScope;
  let asked: { path: string; options: RequestInit }[];
  let reply: () => Promise<Response>;
  let saved: string[];

  beforeEach(() => {
    scope = effectScope();
    asked = [];
    saved = [];
    // A click on a link is a navigation, which jsdom does not have.
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(this.download);
    });
    reply = () => Promise.resolve(new Response("# Hello", { headers: { "Content-Disposition": 'attachment; filename="a.md"' } }));
    vi.stubGlobal("fetch", (path: string, options: RequestInit) => {
      asked.push({ path, options });
      return reply();
    });
    vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:x", revokeObjectURL: () => undefined }));
  });
  afterEach(() => {
    scope.stop();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  const begin = (ids?: string[]) => scope.run(() => useExport(ids))!;

  it("of one chat asks for that chat, and may be printed", async () => {
    const made = begin(["s1"]);
    expect(made.formats.value).toContain("pdf");
    expect(await made.text()).toBe("# Hello");
    expect(asked[0]!.path).toBe("/api/chat/session/s1/export?format=markdown");
    expect(made.state.value).toBe("done");
    expect(saved).toEqual([]);
  });

  it("of several, or of all, asks for a ZIP", async () => {
    const some = begin(["s1", "s2"]);
    some.format.value = "json";
    await some.download();
    await begin().download();
    expect(some.formats.value).not.toContain("pdf");
    expect(asked.map(({ options }) => JSON.parse(options.body as string) as unknown)).toEqual([
      { session_ids: ["s1", "s2"], format: "json" },
      { all: true, format: "markdown" },
    ]);
    expect(saved).toEqual(["a.md", "a.md"]);
  });

  it("that fails says why, and one that was given up says nothing", async () => {
    reply = () => Promise.resolve(new Response(JSON.stringify({ detail: "Too often." }), { status: 429 }));
    const made = begin(["s1"]);
    await made.download();
    expect([made.state.value, made.error.value]).toEqual(["error", "Too often."]);
    reply = () => new Promise((_, reject) => asked.at(-1)!.options.signal!.addEventListener("abort", () => reject(new DOMException("", "AbortError"))));
    const going = made.download();
    made.cancel();
    await going;
    expect([made.state.value, made.error.value]).toEqual(["ready", ""]);
    expect(saved).toEqual([]);
  });
});
