/** What administrators tell people: with the page, anew when something has changed, and closed for good. */
import { flushPromises, mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { boot } from "@/boot";
import AnnouncementBar from "@/components/chat/AnnouncementBar.vue";
import { loadMarkdown } from "@/composables/useMarkdown";
import { i18n, loadLocale } from "@/i18n";
import { useAnnouncements } from "@/stores/announcements";
import { useChanges } from "@/stores/changes";
import { useUser } from "@/stores/user";
import type { Announcement, User } from "@/types/api";
import { Refusal, serve } from "./helpers";

const ANN = { id: 1, username: "ann", locale: "en", preferences: {} } as unknown as User;

function announcement(fields: Partial<Announcement> = {}): Announcement {
  return { id: 7, version: "aa", level: "info", dismissible: true, text: { en: "Down at noon.", "zh-hans": "中午停机。" }, ...fields };
}

function begin(announcements: Announcement[], user: User | null = ANN, next: string | null = null): void {
  boot.user = user;
  boot.announcements = { announcements, next };
  setActivePinia(createPinia());
}

const bar = (fixed = false) => mount(AnnouncementBar, { props: { fixed }, global: { plugins: [i18n] } });

beforeEach(async () => {
  vi.useFakeTimers();
  await loadLocale("en");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  begin([], null);
});

describe("announcements", () => {
  it("come with the page, in its language, without a request", async () => {
    const served = serve({});
    begin([announcement({ level: "warning" })]);
    const view = bar();
    expect(view.get("[data-test=announcement]").text()).toContain("Down at noon.");
    expect(view.get("[data-test=announcement]").text()).toContain("Warning:");
    useUser().locale = "zh-hans";
    await flushPromises();
    expect(view.get("[data-test=announcement]").text()).toContain("中午停机。");
    expect(served.routes()).toEqual([]);
  });

  it("are closed here at once and on the server", async () => {
    const served = serve({ "POST /api/announcements/7/dismiss": () => ({ announcements: [announcement({ id: 8 })], next: null }) });
    begin([announcement(), announcement({ id: 8 })]);
    const view = bar();
    await view.get("[data-test=announcement-close]").trigger("click");
    expect(view.findAll("[data-test=announcement]")).toHaveLength(1);
    await flushPromises();
    expect(served.asked).toEqual([["POST /api/announcements/7/dismiss", { version: "aa" }]]);
    expect(view.findAll("[data-test=announcement]")).toHaveLength(1);
  });

  it("are closed here also when the server cannot be told", async () => {
    serve({ "POST /api/announcements/7/dismiss": () => new Refusal(503, "Later.") });
    begin([announcement()]);
    const view = bar();
    await view.get("[data-test=announcement-close]").trigger("click");
    await flushPromises();
    expect(view.findAll("[data-test=announcement]")).toHaveLength(0);
  });

  it("stay where they may not be closed, and where there is nobody yet", () => {
    begin([announcement({ dismissible: false })]);
    expect(bar().find("[data-test=announcement-close]").exists()).toBe(false);
    begin([announcement()], null);
    expect(bar(true).find("[data-test=announcement-close]").exists()).toBe(false);
  });

  it("are asked for anew when they have changed", async () => {
    const served = serve({ "GET /api/announcements": () => ({ announcements: [announcement()], next: null }) });
    begin([]);
    const view = bar();
    useChanges().tell("announcements");
    expect(served.routes()).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(served.routes()).toEqual(["GET /api/announcements"]);
    expect(view.findAll("[data-test=announcement]")).toHaveLength(1);
    view.unmount();
    useChanges().tell("announcements");
    await vi.advanceTimersByTimeAsync(5000);
    expect(served.routes()).toHaveLength(1);
  });

  it("begin and end when it is time, and a wrong clock does not ask all the time", async () => {
    const served = serve({ "GET /api/announcements": () => ({ announcements: [], next: new Date(Date.now() - 5000).toISOString() }) });
    begin([announcement()], ANN, new Date(Date.now() + 30_000).toISOString());
    const view = bar();
    await vi.advanceTimersByTimeAsync(29_000);
    expect(served.routes()).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(3000);
    expect(served.routes()).toHaveLength(1);
    expect(view.findAll("[data-test=announcement]")).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(served.routes()).toHaveLength(1);
    view.unmount();
  });

  it("of the sign-in page go when somebody has signed in", async () => {
    const served = serve({ "GET /api/announcements": () => ({ announcements: [announcement({ id: 9 })], next: null }) });
    begin([announcement()], null);
    const view = bar();
    expect(useAnnouncements().shown.map(({ id }) => id)).toEqual([7]);
    useUser().user = ANN;
    await flushPromises();
    expect(served.routes()).toEqual(["GET /api/announcements"]);
    expect(useAnnouncements().shown.map(({ id }) => id)).toEqual([9]);
    useUser().user = null;
    await flushPromises();
    expect(useAnnouncements().shown).toEqual([]);
    view.unmount();
  });

  it("that are looked at beforehand are told nobody", async () => {
    const served = serve({});
    begin([announcement()]);
    boot.announcements.preview = true;
    const view = bar();
    useChanges().tell("announcements");
    await view.get("[data-test=announcement-close]").trigger("click");
    await vi.advanceTimersByTimeAsync(5000);
    expect(served.routes()).toEqual([]);
  });

  it("draw markdown by the page's one way, which runs nothing", async () => {
    vi.useRealTimers();
    await loadMarkdown();
    begin([announcement({ text: { en: "**Down** at [noon](https://example.com) <img src=x onerror=alert(1)>", "zh-hans": "" } })]);
    const view = bar();
    expect(view.find("strong").exists()).toBe(true);
    expect(view.find("img").exists()).toBe(false);
    expect(view.get("a").attributes("rel")).toContain("noopener");
  });

  it.each([
    ["a chat that fills its list gets room before its beginning", 900, false, "66px"],
    ["a short chat gets it below, where nothing is", 200, true, "0px"],
  ])("that arrive move nothing: %s", async (_title, height, below, room) => {
    const sizes: Record<string, number> = { announcements: 66, column: height };
    vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockImplementation(function (this: HTMLElement) {
      return sizes[this.classList[0]!] ?? 0;
    });
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(700);
    serve({ "GET /api/announcements": () => ({ announcements: [announcement()], next: null }) });
    begin([]);
    const view = mount(AnnouncementBar, { attachTo: document.body, global: { plugins: [i18n] } });
    const chat = (view.element as HTMLElement).parentElement!;
    chat.insertAdjacentHTML("beforeend", '<div class="list"><div class="column"></div></div>');
    useChanges().tell("announcements");
    await vi.advanceTimersByTimeAsync(2000);
    expect(view.classes("below")).toBe(below);
    expect(chat.style.getPropertyValue("--announced")).toBe(room);
    useAnnouncements().shown = [];
    await flushPromises();
    expect(view.classes("below")).toBe(false);
    view.unmount();
    vi.restoreAllMocks();
  });
});
