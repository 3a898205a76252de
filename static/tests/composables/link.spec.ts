/** What is said about the connection, and whether the top bar or the composer says it. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useLinkNote } from "@/composables/useLinkNote";
import { i18n, loadLocale } from "@/i18n";
import { useUi } from "@/stores/ui";

import { hosted } from "../host";

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
});
afterEach(() => vi.unstubAllGlobals());

/** A window that may become narrow. */
function media(matches: boolean): EventTarget & { matches: boolean } {
  const query = Object.assign(new EventTarget(), { matches });
  vi.stubGlobal("matchMedia", () => query);
  return query;
}

describe("what is said about the connection", () => {
  it("is nothing while all is well", () => {
    const { made } = hosted(useLinkNote);
    useUi().link = "live";
    expect(made.text.value).toBe("");
    expect(made.hint.value).toBeUndefined();
  });

  it.each(["offline", "reconnecting", "streaming"] as const)("is a sentence: %s", (link) => {
    const { made } = hosted(useLinkNote);
    useUi().link = link;
    expect(made.text.value).toBe(i18n.global.t(`chat.${link}`));
    expect(made.text.value).not.toBe(`chat.${link}`);
    expect(made.hint.value === undefined).toBe(link !== "streaming");
  });

  it("names the time of the copy that is shown without the server, and not once it is there again", () => {
    const { made } = hosted(useLinkNote);
    const ui = useUi();
    ui.copyAt = Date.now();
    ui.link = "offline";
    expect(made.text.value).toMatch(/^Offline: read-only copy from .*\d{1,2}:\d\d/);
    ui.link = "live";
    expect(made.text.value).toBe("");
  });

  it("has its place by the width, also when that changes, and stops looking when it goes", () => {
    const query = media(false);
    const { made, unmount } = hosted(useLinkNote);
    expect(made.narrow.value).toBe(false);
    query.matches = true;
    query.dispatchEvent(new Event("change"));
    expect(made.narrow.value).toBe(true);
    unmount();
    query.matches = false;
    query.dispatchEvent(new Event("change"));
    expect(made.narrow.value).toBe(true);
  });
});
