import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { computed, effectScope, nextTick, ref, type EffectScope } from "vue";

import { addressOf, forgetSearch, REST_MS, useSearch } from "@/composables/useSearch";
import { optionsOf, useSearchOptions, type Option } from "@/composables/useSearchOptions";
import { pieces } from "@/lib/marks";
import type { SearchAnswer, SearchResult } from "@/types/search";
import { storedSession } from "./helpers";

const result = (id: string, ...places: number[]): SearchResult => ({
  session: storedSession({ session_id: id }),
  title_marks: [],
  excerpts: places.map((message_id) => ({ message_id, role: "user", file: null, text: "a whale", marks: [[2, 7]] })),
});

function answer(results: SearchResult[], next: string | null = null): SearchAnswer {
  return { results, facets: { total: results.length, exact: true, models: [], roles: [], folders: [], first: null, last: null }, next };
}

describe("marks", () => {
  it("cut a text into pieces by code points", () => {
    expect(pieces("🎉 a whale", [[2, 3], [4, 9]])).toEqual([
      { text: "🎉 ", marked: false },
      { text: "a", marked: true },
      { text: " ", marked: false },
      { text: "whale", marked: true },
    ]);
    expect(pieces("abc", [])).toEqual([{ text: "abc", marked: false }]);
  });

  it("that make no sense are left out", () => {
    expect(pieces("abc", [[1, 2], [0, 1], [2, 9], [2, 2]])).toEqual([
      { text: "a", marked: false },
      { text: "b", marked: true },
      { text: "c", marked: false },
    ]);
    expect(pieces("", [[0, 1]])).toEqual([]);
  });
});

describe("the address of a search", () => {
  it("names what is chosen and the whole last day", () => {
    const filters = { from: new Date(2026, 0, 2), to: new Date(2026, 0, 3), model: "m 1", role: "", folder: "none" };
    const query = new URL(addressOf("a b", filters, "next"), "http://x").searchParams;
    expect(Object.fromEntries(query)).toEqual({
      q: "a b", from: new Date(2026, 0, 2).toISOString(), to: new Date(2026, 0, 3, 23, 59, 59, 999).toISOString(), model: "m 1", folder: "none", cursor: "next",
    });
  });
});

describe("a search", () => {
  let scope: EffectScope;
  let asked: { path: string; signal: AbortSignal; reply: (body: unknown, status?: number) => void }[];

  beforeEach(() => {
    vi.useFakeTimers();
    setActivePinia(createPinia());
    forgetSearch();
    scope = effectScope();
    asked = [];
    vi.stubGlobal("fetch", (path: string, options: { signal: AbortSignal }) =>
      new Promise((resolve, reject) => {
        options.signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
        asked.push({ path, signal: options.signal, reply: (body, status = 200) => resolve(new Response(JSON.stringify(body), { status })) });
      }));
  });
  afterEach(() => {
    scope.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const begin = () => scope.run(() => useSearch())!;
  const rest = (ms = REST_MS) => vi.advanceTimersByTimeAsync(ms);

  it("waits until the typing rests, and gives up the question before", async () => {
    const search = begin();
    search.text.value = "wh";
    await rest(REST_MS - 1);
    search.text.value = "wha";
    await rest(REST_MS - 1);
    expect(asked).toHaveLength(0);
    await rest(1);
    expect(asked.map(({ path }) => path)).toEqual(["/api/chat/search?q=wha"]);
    search.text.value = "whale";
    await rest();
    expect(asked[0]!.signal.aborted).toBe(true);
    asked[1]!.reply(answer([result("s1", 1)]));
    await rest(0);
    expect(search.state.value).toBe("done");
    expect(search.results.value).toHaveLength(1);
  });

  it("asks at once for another filter, and again after a failure", async () => {
    const search = begin();
    search.text.value = "whale";
    await rest();
    asked[0]!.reply({ detail: "Broken." }, 500);
    await rest(0);
    expect([search.state.value, search.error.value]).toEqual(["error", "Broken."]);
    search.filters.model = "m1";
    await rest(0);
    expect(asked[1]!.path).toContain("model=m1");
    expect(search.narrowed.value).toBe(true);
    asked[1]!.reply(answer([]));
    await rest(0);
    search.clearFilters();
    await rest(0);
    expect(asked[2]!.path).toBe("/api/chat/search?q=whale");
  });

  it("asks later when it was too often", async () => {
    const search = begin();
    search.text.value = "whale";
    await rest();
    asked[0]!.reply({ detail: "Slow down.", code: "throttled", retry_after: 2 }, 429);
    await rest(0);
    expect(search.state.value).toBe("loading");
    await rest(2000);
    expect(asked).toHaveLength(2);
  });

  it("adds pages, and keeps its words for the next time", async () => {
    const search = begin();
    search.text.value = "whale";
    await rest();
    asked[0]!.reply(answer([result("s1")], "more"));
    await rest(0);
    void search.more();
    void search.more();
    await rest(0);
    expect(asked[1]!.path).toContain("cursor=more");
    asked.at(-1)!.reply(answer([result("s2")]));
    await rest(0);
    expect(search.results.value.map(({ session }) => session.session_id)).toEqual(["s1", "s2"]);
    expect(search.next.value).toBeNull();
    const again = begin();
    expect(again.text.value).toBe("whale");
    await rest(0);
    expect(asked).toHaveLength(3);
  });

  it("is over when the words are gone", async () => {
    const search = begin();
    search.text.value = "whale";
    await rest();
    search.text.value = " ";
    await rest();
    expect(asked).toHaveLength(1);
    expect(search.state.value).toBe("idle");
  });
});

describe("the lines of the search", () => {
  function key(name: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent {
    return { key: name, preventDefault: () => undefined, isComposing: false, keyCode: 0, ...more } as KeyboardEvent;
  }

  it("are the chat and its places", () => {
    expect(optionsOf(result("s1", 7)).map(({ to }) => to)).toEqual(["/c/s1", "/c/s1?m=7"]);
  });

  it("are walked by arrows and chosen by Enter, not while an input method is at work", async () => {
    const list = ref<Option[]>([{ id: "a" }, { id: "b" }, { id: "c" }]);
    const chosen: [string, boolean][] = [];
    const { active, onKeydown } = useSearchOptions(computed(() => list.value), (option, elsewhere) => chosen.push([option.id, elsewhere]));
    expect(active.value).toBe("a");
    onKeydown(key("ArrowUp"));
    expect(active.value).toBe("c");
    onKeydown(key("ArrowDown"));
    onKeydown(key("ArrowDown"));
    onKeydown(key("Enter", { isComposing: true }));
    onKeydown(key("Enter", { keyCode: 229 }));
    onKeydown(key("Enter", { ctrlKey: true }));
    expect(chosen).toEqual([["b", true]]);
    list.value = [...list.value, { id: "d" }];
    await nextTick();
    expect(active.value).toBe("b");
    list.value = [{ id: "x" }];
    await nextTick();
    expect(active.value).toBe("x");
    list.value = [];
    await nextTick();
    onKeydown(key("Enter"));
    expect(chosen).toHaveLength(1);
  });
});
