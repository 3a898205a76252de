import { describe, expect, it, vi } from "vitest";

import { useImeGuard } from "@/composables/useImeGuard";
import { createFrameQueue } from "@/lib/frames";
import { uuid } from "@/lib/ids";
import { directionOf, languageTag } from "@/lib/script";
import { plain, takeSentences } from "@/lib/sentences";
import { daysAgo, groupOf, listTime, monthName, shortTime } from "@/lib/time";
import { together } from "@/lib/together";
import { safeNext } from "@/router";

const KEY = { isComposing: false, keyCode: 13 };

describe("the input method's Enter", () => {
  it("is marked by Chromium and Firefox", () => {
    const ime = useImeGuard(() => 10_000);
    expect(ime.composing({ isComposing: true, keyCode: 13 })).toBe(true);
    expect(ime.composing({ isComposing: false, keyCode: 229 })).toBe(true);
    expect(ime.composing(KEY)).toBe(false);
  });

  it("comes unmarked right after the composition in Safari", () => {
    let now = 1000;
    const ime = useImeGuard(() => now);
    ime.onCompositionStart();
    expect(ime.composing(KEY)).toBe(true);
    ime.onCompositionEnd();
    now += 5;
    expect(ime.composing(KEY)).toBe(true);
    now += 500;
    expect(ime.composing(KEY)).toBe(false);
  });
});

describe("sentences", () => {
  it("stand together as their language has it", () => {
    expect(together(["Too short.", "Too common."])).toBe("Too short. Too common.");
    expect(together(["密码过短。", "这个密码太常见了。"])).toBe("密码过短。这个密码太常见了。");
  });
});

describe("dates", () => {
  const now = new Date(2026, 10, 21, 15, 30);
  const at = (...parts: [number, number, number, number?]): string => new Date(...parts).toISOString();

  it("fall into the groups of the sidebar", () => {
    expect(groupOf(at(2026, 10, 21, 0), now)).toBe("today");
    expect(groupOf(at(2026, 10, 20, 23), now)).toBe("yesterday");
    expect(groupOf(at(2026, 10, 14), now)).toBe("week");
    expect(groupOf(at(2026, 9, 25), now)).toBe("month");
    expect(groupOf(at(2025, 2, 3), now)).toBe("2025-2");
    expect(groupOf(at(2026, 10, 22, 1), now)).toBe("today");
  });

  it("count calendar days, whatever the hour and the clock change", () => {
    expect(daysAgo(new Date(2026, 2, 28, 23, 59), new Date(2026, 2, 29, 0, 1))).toBe(1);
    expect(daysAgo(new Date(2026, 2, 1), new Date(2026, 3, 1))).toBe(31);
  });

  it("read as people say them", () => {
    expect(shortTime(at(2026, 10, 21, 14), "en", now)).toBe("14:00");
    expect(shortTime(at(2026, 10, 20, 14), "en", now)).toBe("Yesterday 14:00");
    expect(shortTime(at(2026, 10, 20, 14), "zh-CN", now)).toBe("昨天 14:00");
    expect(shortTime(at(2026, 2, 3, 9), "en", now)).toBe("Mar 3 09:00");
    expect(shortTime(at(2025, 2, 3, 9), "en", now)).toBe("Mar 3, 2025 09:00");
    expect(monthName("2026-2", "en", now)).toBe("March");
    expect(monthName("2025-2", "zh-CN", now)).toBe("2025年3月");
  });

  it.each([
    ["en", ["14:00", "Yesterday", "Mar 3", "Mar 3, 2025"]],
    ["zh-CN", ["14:00", "昨天", "3月3日", "2025年3月3日"]],
  ])("are the shortest in lists: %s", (locale, [today, yesterday, thisYear, before]) => {
    expect(listTime(at(2026, 10, 21, 14), locale, now)).toBe(today);
    expect(listTime(at(2026, 10, 20, 14), locale, now)).toBe(yesterday);
    expect(listTime(at(2026, 2, 3, 14), locale, now)).toBe(thisYear);
    expect(listTime(at(2025, 2, 3, 14), locale, now)).toBe(before);
    expect(listTime(at(2026, 10, 22, 14), locale, now)).toBe(today);
  });
});

describe("the language of a text", () => {
  it.each([
    ["Hello there", "en"], ["你好，世界", "zh-CN"], ["用 Python 写一个 function 来计算", "zh-CN"], ["これはペンです", "ja"],
    ["안녕하세요", "ko"], ["123 !?", undefined], ["", undefined],
    ["مرحبا بالعالم", undefined], ["Please translate 你好 into English, and explain the grammar of it.", "en"],
  ])("%s", (text, tag) => expect(languageTag(text)).toBe(tag));
});

describe("the direction of a text", () => {
  it.each([
    ["مرحبا بالعالم", "rtl"], ["שלום עולם", "rtl"], ["مرحبا، استخدم Python هنا", "rtl"], ["Hello there", undefined], ["你好", undefined],
    ["What does مرحبا mean in English?", undefined], ["123 !?", undefined], ["", undefined],
  ])("%s", (text, direction) => expect(directionOf(text)).toBe(direction));
});

describe("sentences for screen readers", () => {
  it("come whole, and leave the rest for later", () => {
    expect(takeSentences("One. Two is lon")).toEqual({ sentences: "One.", length: 4 });
    expect(takeSentences("第一句。第二")).toEqual({ sentences: "第一句。", length: 4 });
    expect(takeSentences("version 1.5 of")).toEqual({ sentences: "", length: 0 });
  });

  it("leave markdown's marks unsaid", () => {
    expect(plain("## **Bold** [link](https://x.example) `code`\n- item\n```js\nlet a\n```")).toBe("Bold link code item");
  });
});

describe("frames", () => {
  it("are handed over once per animation frame, in order", async () => {
    const batches: number[][] = [];
    const push = createFrameQueue<number>((items) => batches.push(items));
    [1, 2, 3].forEach(push);
    expect(batches).toEqual([]);
    await vi.waitFor(() => expect(batches).toEqual([[1, 2, 3]]));
    push(4);
    await vi.waitFor(() => expect(batches).toEqual([[1, 2, 3], [4]]));
  });

  it("come in parts when they are a flood, fewer at a time when drawing costs much, and all of them", async () => {
    const batches: number[][] = [];
    const push = createFrameQueue<number>((items) => {
      batches.push(items);
      for (const end = performance.now() + 40; performance.now() < end; ) continue;
    });
    const flood = Array.from({ length: 150 }, (_, index) => index);
    flood.forEach(push);
    await vi.waitFor(() => expect(batches.flat()).toEqual(flood), 3000);
    expect(batches[0]!.length).toBe(40);
    expect(batches[2]!.length).toBeLessThan(batches[0]!.length);
    expect(Math.min(...batches.slice(0, -1).map((batch) => batch.length))).toBeGreaterThanOrEqual(24);
  });

  it("are not held back in a hidden tab", async () => {
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    const batches: number[][] = [];
    const push = createFrameQueue<number>((items) => batches.push(items));
    Array.from({ length: 500 }, (_, index) => index).forEach(push);
    await vi.waitFor(() => expect(batches.map((batch) => batch.length)).toEqual([500]));
    hidden.mockRestore();
  });
});

describe("small things", () => {
  it("client ids are unique and fit the contract", () => {
    const ids = new Set(Array.from({ length: 200 }, uuid));
    expect(ids.size).toBe(200);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("after signing in only this page's own conversations are opened", () => {
    expect(safeNext("/c/3f0d6c1e-8f0b")).toBe("/c/3f0d6c1e-8f0b");
    for (const bad of ["//evil.example", "https://evil.example", "/\\evil", "javascript:alert(1)", undefined, ["/c/x"]]) {
      expect(safeNext(bad)).toBe("/");
    }
  });
});
