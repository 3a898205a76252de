/** What can be found before and without asking the server: where a search begins, and the settings. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { TABS } from "@/components/settings/tabs";
import { useSearchStart, type StartGroup } from "@/composables/useSearchStart";
import { useSettingsSearch } from "@/composables/useSettingsSearch";
import { i18n, loadLocale, loadTexts } from "@/i18n";
import { router } from "@/router";
import { useConversation } from "@/stores/conversation";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";

import { detail, serve, storedMessage, storedSession } from "../helpers";
import { hosted } from "../host";

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
  await Promise.all([loadTexts("search"), loadTexts("settings")]);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await loadLocale("en");
});

describe("the beginning of a search", () => {
  const option = (groups: StartGroup[], id: string): StartGroup["options"][number] => groups.flatMap(({ options }) => options).find((each) => each.id === id)!;

  it("offers the latest chats first, whether pinned or not, and never a wall of them", () => {
    const { made } = hosted(useSearchStart);
    expect(made.value.map(({ name }) => name)).toEqual(["commands"]);
    for (let day = 1; day <= 10; day += 1) {
      useSessions().upsert(storedSession({ session_id: `s${day}`, title: day === 10 ? "" : `T${day}`, pinned: day === 1, update_time: `2026-11-${String(day).padStart(2, "0")}T10:00:00Z` }));
    }
    const [recent] = made.value;
    expect(recent!.name).toBe("recent");
    expect(recent!.options.map(({ label }) => label)).toEqual(["New chat", "T9", "T8", "T7", "T6", "T5", "T4", "T3"]);
    expect(recent!.options[1]!.to).toBe("/c/s9");
  });

  it("offers what can be done", async () => {
    serve({ "GET /api/chat/session/s1": () => detail([storedMessage({ message_id: 1, role: "user" })]) });
    vi.spyOn(router, "push").mockResolvedValue(undefined as never);
    await useConversation().open("s1");
    const { made } = hosted(useSearchStart);
    option(made.value, "command-export").run!();
    expect(useUi().dialog?.name).toBe("export");
    option(made.value, "command-settings").run!();
    expect(useUi().dialog?.name).toBe("settings");
    option(made.value, "command-new").run!();
    expect([useConversation().sessionId, vi.mocked(router.push).mock.lastCall]).toEqual([null, ["/"]]);
  });

  it("speaks another language at once", async () => {
    const { made } = hosted(useSearchStart);
    await loadLocale("zh-hans");
    expect(option(made.value, "command-settings").label).toBe("设置");
  });
});

describe("the search in the settings", () => {
  const find = (words: string): string[] => {
    const { made } = hosted(() => useSettingsSearch(TABS));
    made.query.value = words;
    return made.found.value.map(({ tab, label }) => `${tab}: ${label}`);
  };

  it("finds by words of the label, in any order and case", () => {
    expect(find("LANGUAGE")).toEqual(["appearance: Language"]);
    expect(find("chats  delete")).toEqual(["data: Delete all chats"]);
  });

  it("finds all of a tab by its name", () => {
    const all = TABS.find(({ id }) => id === "appearance")!.entries.map((key) => `appearance: ${i18n.global.t(key)}`);
    expect(find("appearance")).toEqual(all);
    expect(find("appearance theme")).toEqual(["appearance: Theme"]);
  });

  it("finds nothing without words, and nothing that is not there", () => {
    expect([find(""), find("   "), find("nothing of the kind")]).toEqual([[], [], []]);
  });

  it("finds in the language that is spoken", async () => {
    await loadLocale("zh-hans");
    expect(find("语言")).toEqual(["appearance: 语言"]);
    expect(find("language")).toEqual([]);
  });
});
