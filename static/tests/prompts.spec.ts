/** The library of prompts: their blanks, deleting with a way back, and finding them by a slash. */
import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useSlash } from "@/composables/useSlash";
import { loadLocale, loadTexts } from "@/i18n";
import { fillIn, variablesOf } from "@/lib/writing/variables";
import { useModels } from "@/stores/models";
import { usePrompts } from "@/stores/prompts";
import { UNDO_MS } from "@/stores/sessions";
import { useUser } from "@/stores/user";
import { useWriting } from "@/stores/writing";
import type { Role, User } from "@/types/api";

import { hosted } from "./host";

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });

beforeEach(async () => {
  localStorage.clear();
  setActivePinia(createPinia());
  useUser().user = { id: 7, username: "ann", preferences: {} } as User;
  await loadLocale("en");
  await loadTexts("writing");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("prompts", () => {
  it.each([
    ["Plain {text} and {{ }}", []],
    ["{{name}}, {{ name | Ann }} and {{age|}}", [["name", "Ann"], ["age", ""]]],
    ["{{目标语言|英语}}", [["目标语言", "英语"]]],
  ])("know their blanks: %s", (text, expected) => {
    expect(variablesOf(text).map(({ name, value }) => [name, value])).toEqual(expected);
  });

  it("are filled in, and never twice", () => {
    expect(fillIn("{{a}} and {{ a |x}} and {{b}}", [{ name: "a", value: "{{b}}" }, { name: "b", value: "" }])).toBe("{{b}} and {{b}} and ");
  });

  it("are deleted when nobody takes that back in time, and there again with a sentence when the server refuses", async () => {
    vi.useFakeTimers();
    const asked: string[] = [];
    let status = 503;
    vi.stubGlobal("fetch", async (_path: string, { method }: RequestInit) => {
      asked.push(method!);
      return method === "GET" ? json({ prompts: [{ prompt_id: "p", command: "c" }] }) : json({ detail: "The server is busy." }, status);
    });
    const prompts = usePrompts();
    await prompts.load();
    const failed = vi.fn();
    prompts.remove("p", failed);
    prompts.undo("p");
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect([asked, prompts.rows.length]).toEqual([["GET"], 1]);
    prompts.remove("p", failed);
    expect(prompts.rows).toEqual([]);
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    await vi.waitFor(() => expect([failed.mock.calls, prompts.rows.length]).toEqual([[["The server is busy."]], 1]));
    status = 200;
    prompts.remove("p", failed);
    // The dialog may be gone: the page is about to go, and what was deleted is deleted.
    window.dispatchEvent(new Event("pagehide"));
    await vi.waitFor(() => expect(asked).toEqual(["GET", "DELETE", "DELETE"]));
    await vi.advanceTimersByTimeAsync(2 * UNDO_MS);
    expect([asked.length, failed.mock.calls.length, prompts.rows.length]).toEqual([3, 1, 0]);
  });

  it("are found by a slash, together with roles, by the keys", async () => {
    vi.stubGlobal("fetch", async () => json({ prompts: ["translate", "trim"].map((command) => ({ prompt_id: command, command, title: command.toUpperCase(), text: "T", mine: true })) }));
    await usePrompts().load();
    useModels().roles = [{ slug: "teacher", name: "Teacher", suggestions: [] } as unknown as Role];
    const writing = useWriting();
    const { items, open, active } = hosted(useSlash).made;
    const press = (key: string): boolean => writing.keys!(new KeyboardEvent("keydown", { key }));
    expect(press("Enter")).toBe(false);
    writing.text = "/t";
    await flushPromises();
    expect(items.value.map(({ command }) => command)).toEqual(["translate", "trim", "teacher"]);
    expect([press("ArrowDown"), active.value, press("ArrowUp"), press("ArrowUp"), active.value]).toEqual([true, 1, true, true, 2]);
    expect([press("Escape"), open.value, press("Enter")]).toEqual([true, false, false]);
    for (const text of ["/etc/hosts", "a /t", "/t x", "/nothing-of-the-kind"]) {
      writing.text = text;
      await flushPromises();
      expect([text, open.value]).toEqual([text, false]);
    }
  });
});
