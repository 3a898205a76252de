/** Onto the clipboard, with or without the browser's interface for it; and that it has been done is shown for a moment. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { copyText, useCopy } from "@/composables/useCopy";
import { loadLocale } from "@/i18n";

import { hosted } from "../host";

let taken: string[];

/** The browser's old way: it takes what is selected, which must be reachable. */
function byHand(works = true): void {
  document.execCommand = (command: string) => {
    const area = document.activeElement as HTMLTextAreaElement;
    if (command !== "copy" || !works) return false;
    taken.push(area.value.slice(area.selectionStart, area.selectionEnd));
    return true;
  };
}

beforeEach(() => {
  setActivePinia(createPinia());
  taken = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

describe("copying", () => {
  const clipboard = (writeText: (text: string) => Promise<void>): void => void vi.stubGlobal("navigator", { clipboard: { writeText } });

  it("uses the clipboard of the browser", async () => {
    clipboard(async (text) => void taken.push(text));
    expect([await copyText("鲸鱼\n"), taken]).toEqual([true, ["鲸鱼\n"]]);
  });

  it("selects a text where there is none, or where it refuses", async () => {
    byHand();
    vi.stubGlobal("navigator", {});
    expect(await copyText("one")).toBe(true);
    clipboard(() => Promise.reject(new Error("not allowed")));
    expect(await copyText("two\nlines")).toBe(true);
    expect([taken, document.querySelector("textarea")]).toEqual([["one", "two\nlines"], null]);
  });

  it("says when neither works", async () => {
    byHand(false);
    vi.stubGlobal("navigator", {});
    expect([await copyText("x"), taken]).toEqual([false, []]);
  });

  it("leaves the focus where it was, and works within a modal dialog, outside of which nothing can be selected", async () => {
    vi.stubGlobal("navigator", {});
    const dialog = document.body.appendChild(document.createElement("dialog"));
    dialog.open = true;
    const button = dialog.appendChild(document.createElement("button"));
    button.focus();
    let inside = false;
    document.execCommand = () => (inside = dialog.contains(document.activeElement));
    expect([await copyText("x"), inside, document.activeElement]).toEqual([true, true, button]);
  });
});

describe("a button that copies", () => {
  it("says so for a moment, from the last time on, and that it failed", async () => {
    vi.useFakeTimers();
    await loadLocale("en");
    vi.stubGlobal("navigator", {});
    byHand();
    const { made } = hosted(useCopy);
    await made.copy("a");
    expect([made.copied.value, made.icon.value, made.word("Copy")]).toEqual([true, "check", "Copied"]);
    await vi.advanceTimersByTimeAsync(1000);
    await made.copy("b");
    await vi.advanceTimersByTimeAsync(1000);
    expect(made.copied.value).toBe(true);
    await vi.advanceTimersByTimeAsync(600);
    expect([made.copied.value, made.icon.value, made.word("Copy")]).toEqual([false, "copy", "Copy"]);
    byHand(false);
    await made.copy("c");
    expect([made.copied.value, made.failed.value, made.icon.value, made.word("Copy")]).toEqual([false, true, "alert", "Could not copy"]);
    await vi.advanceTimersByTimeAsync(4000);
    expect([made.failed.value, made.word("Copy")]).toEqual([false, "Copy"]);
  });
});
