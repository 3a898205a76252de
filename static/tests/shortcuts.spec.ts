import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { COMMANDS, commandsByKeys, DEFAULTS, keysFor, withKeys } from "@/composables/shortcutMap";
import { useRebinding } from "@/composables/useRebinding";
import { isUsable, keysOf, labelsOf, type Stroke } from "@/lib/keys";
import { lastCode } from "@/lib/lastCode";
import { useUser } from "@/stores/user";
import type { User } from "@/types/api";

const stroke = (key: string, code: string, held = ""): Stroke => ({
  key, code, ctrlKey: held.includes("c"), shiftKey: held.includes("s"), altKey: held.includes("a"), metaKey: held.includes("m"),
});

describe("keys", () => {
  it.each([
    ["O with Ctrl and Shift", stroke("O", "KeyO", "cs"), "mod+shift+KeyO"],
    ["with Caps Lock", stroke("K", "KeyK", "c"), "mod+KeyK"],
    ["where O is printed on a Dvorak keyboard", stroke("O", "KeyS", "cs"), "mod+shift+KeyO"],
    ["by its place on a Russian one", stroke("щ", "KeyO", "cs"), "mod+shift+KeyO"],
    [": of a US keyboard", stroke(":", "Semicolon", "cs"), "mod+shift+Semicolon"],
    ["/ of a US keyboard", stroke("/", "Slash", "c"), "mod+Slash"],
    ["/ of a German one, where it takes Shift", stroke("/", "Digit7", "cs"), "mod+Slash"],
    ["the German - in the place of / stays the zoom", stroke("-", "Slash", "c"), "mod+Minus"],
    ["Esc", stroke("Escape", "Escape"), "Escape"],
    ["a modifier alone", stroke("Shift", "ShiftLeft", "s"), ""],
    ["a dead key", stroke("Dead", "BracketLeft", "c"), "mod+BracketLeft"],
  ])("%s", (_name, event, keys) => {
    expect(keysOf(event, false)).toBe(keys);
  });

  it("are Cmd on a Mac, also with Option's letters", () => {
    expect(keysOf(stroke("o", "KeyO", "ms"), true)).toBe("mod+shift+KeyO");
    expect(keysOf(stroke("ø", "KeyO", "ma"), true)).toBe("mod+alt+KeyO");
    expect(keysOf(stroke("k", "KeyK", "c"), true)).toBe("ctrl+KeyK");
    expect(labelsOf("mod+shift+KeyO", true)).toEqual(["⌘", "⇧", "O"]);
  });

  it("are shown as they are printed", () => {
    expect(labelsOf("mod+shift+Semicolon", false)).toEqual(["Ctrl", "Shift", ";"]);
    expect(labelsOf("mod+Digit1", false)).toEqual(["Ctrl", "1"]);
    expect(labelsOf("")).toEqual([]);
  });

  it("that write or that the browser keeps call nothing", () => {
    expect(["mod+KeyN", "mod+shift+KeyT", "mod+KeyC", "KeyA", "shift+KeyA", "Enter"].filter(isUsable)).toEqual([]);
    expect(["mod+shift+KeyC", "alt+KeyN", "F2", "Escape", "mod+Slash"].filter((keys) => !isUsable(keys))).toEqual([]);
  });
});

describe("the map", () => {
  it("has a default for each command, no two alike", () => {
    const keys = COMMANDS.map((command) => DEFAULTS[command]).filter(Boolean);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((each) => isUsable(each) || each === "shift+Escape")).toBe(true);
  });

  it("follows what the person chose", () => {
    const shortcuts = withKeys({}, "chat.new", "alt+KeyN");
    expect(shortcuts).toEqual({ "chat.new": "alt+KeyN" });
    expect(commandsByKeys({ shortcuts }).get("alt+KeyN")).toBe("chat.new");
    expect(commandsByKeys({ shortcuts }).has("mod+shift+KeyO")).toBe(false);
    expect(withKeys({ shortcuts }, "chat.new", null)).toEqual({});
    expect(keysFor("search.open", { shortcuts: { "search.open": "" } })).toBe("");
    expect(commandsByKeys({ shortcuts_off: true }).size).toBe(0);
  });

  it("lets the chosen one win where a default has the same keys", () => {
    const shortcuts = { "settings.open": "mod+KeyK" };
    expect(commandsByKeys({ shortcuts }).get("mod+KeyK")).toBe("settings.open");
  });
});

describe("other keys", () => {
  beforeEach(() => {
    setActivePinia(createPinia());
    useUser().user = { id: 1, username: "ann", locale: "", preferences: {} } as unknown as User;
    vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
      const { preferences } = JSON.parse(init.body as string) as { preferences: object };
      return new Response(JSON.stringify({ ...useUser().user, preferences: { ...useUser().preferences, ...preferences } }));
    });
  });
  const press = (event: Stroke): KeyboardEvent =>
    ({ ...event, keyCode: 0, isComposing: false, preventDefault: () => undefined, stopPropagation: () => undefined }) as unknown as KeyboardEvent;

  it("are those that are pressed", () => {
    const { listen, onKeydown, listening } = useRebinding();
    listen("chat.new");
    onKeydown(press(stroke("Control", "ControlLeft", "c")));
    expect(listening.value).toBe("chat.new");
    onKeydown(press(stroke("j", "KeyJ", "c")));
    expect(useUser().preferences.shortcuts).toEqual({ "chat.new": "mod+KeyJ" });
    expect(listening.value).toBe(null);
  });

  it("are taken from another command only when that is wished", () => {
    const { listen, onKeydown, refusal, takeOver } = useRebinding();
    listen("chat.new");
    onKeydown(press(stroke("k", "KeyK", "c")));
    expect(refusal.value).toEqual({ command: "chat.new", holder: "search.open", keys: "mod+KeyK" });
    expect(useUser().preferences.shortcuts).toBeUndefined();
    takeOver();
    expect(useUser().preferences.shortcuts).toEqual({ "search.open": "", "chat.new": "mod+KeyK" });
  });

  it("may be none, and the defaults come back", () => {
    const { listen, onKeydown, set, resetAll } = useRebinding();
    listen("chat.delete");
    onKeydown(press(stroke("Backspace", "Backspace")));
    expect(useUser().preferences.shortcuts).toEqual({ "chat.delete": "" });
    set("chat.delete", null);
    expect(useUser().preferences.shortcuts).toBeUndefined();
    set("chat.new", "alt+KeyN");
    resetAll();
    expect(useUser().preferences.shortcuts).toBeUndefined();
  });

  it("are not those of an input method or of writing", () => {
    const { listen, onKeydown, refusal, listening } = useRebinding();
    listen("chat.new");
    onKeydown({ ...press(stroke("Process", "KeyA")), keyCode: 229 } as KeyboardEvent);
    expect([listening.value, refusal.value]).toEqual(["chat.new", null]);
    onKeydown(press(stroke("a", "KeyA")));
    expect(refusal.value?.holder).toBe(null);
    onKeydown(press(stroke("Escape", "Escape")));
    expect(listening.value).toBe(null);
  });
});

describe("the last code", () => {
  it.each([
    ["```py\nx = 1\n```\ntext\n~~~\nlast\n~~~", "last"],
    ["```\nfirst\n```\n\n```js\nstill growing", "still growing"],
    ["````md\n```\ninner\n```\n````", "```\ninner\n```"],
    ["no code, only `inline`", null],
  ])("of %j", (markdown, code) => {
    expect(lastCode(markdown)).toBe(code);
  });
});
