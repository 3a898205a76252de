/** What keys call, and what the commands without a part of the page of their own do. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { provideComposer } from "@/composables/useComposerBus";
import { useOwnCommands } from "@/composables/useOwnCommands";
import { useShortcuts } from "@/composables/useShortcuts";
import { loadLocale, loadTexts } from "@/i18n";
import { router } from "@/router";
import { useCommands, type CommandName } from "@/stores/commands";
import { useConversation } from "@/stores/conversation";
import { useLink } from "@/stores/link";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import type { Preferences, User } from "@/types/api";

import { detail, serve, storedMessage, storedSession } from "../helpers";
import { hosted } from "../host";

const answers: Parameters<typeof serve>[0] = {};
let server = serve(answers);

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
  await Promise.all([loadTexts("shortcuts"), loadTexts("chats")]);
  for (const route of Object.keys(answers)) delete answers[route];
  server = serve(answers);
  vi.spyOn(router, "push").mockResolvedValue(undefined as never);
});
afterEach(() => {
  document.body.replaceChildren();
  provideComposer(null);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("keys", () => {
  const ran: string[] = [];
  beforeEach(() => {
    ran.length = 0;
    for (const name of ["search.open", "chat.stop", "composer.focus", "help.open"] as CommandName[]) useCommands().on(name, () => ran.push(name));
  });

  function press(key: string, code: string, more: KeyboardEventInit = {}, target: EventTarget = document.body): KeyboardEvent {
    const event = new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true, ...more });
    target.dispatchEvent(event);
    return event;
  }
  const search = (more: KeyboardEventInit = {}): KeyboardEvent => press("k", "KeyK", { ctrlKey: true, ...more });
  const field = (id: string): HTMLTextAreaElement => {
    const area = Object.assign(document.createElement("textarea"), { id });
    document.body.append(area);
    return area;
  };
  const prefer = (preferences: Preferences): void => void (useUser().user = { id: 1, username: "ann", preferences } as User);

  it("run their command instead of what the browser does with them", () => {
    hosted(useShortcuts);
    expect(search().defaultPrevented).toBe(true);
    expect(ran).toEqual(["search.open"]);
  });

  it("are the browser's where nobody answers, or where nothing is on them", () => {
    hosted(useShortcuts);
    expect(press("s", "KeyS", { ctrlKey: true, shiftKey: true }).defaultPrevented).toBe(false);
    expect(press("j", "KeyJ", { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(ran).toEqual([]);
  });

  it("follow what the person chose, from then on", () => {
    hosted(useShortcuts);
    prefer({ shortcuts: { "search.open": "mod+KeyJ" } });
    expect(search().defaultPrevented).toBe(false);
    press("j", "KeyJ", { ctrlKey: true });
    expect(ran).toEqual(["search.open"]);
    prefer({ shortcuts_off: true });
    expect(search().defaultPrevented).toBe(false);
    expect(ran).toHaveLength(1);
  });

  it("mean a command once, however long they are held", () => {
    hosted(useShortcuts);
    search();
    expect(search({ repeat: true }).defaultPrevented).toBe(true);
    expect(ran).toHaveLength(1);
  });

  it("belong to an input method while it is at work, and to whoever took them before", () => {
    hosted(useShortcuts);
    press("Escape", "Escape", { isComposing: true });
    press("Escape", "Escape", { keyCode: 229 });
    const area = field("composer");
    area.addEventListener("keydown", (event) => event.preventDefault());
    press("Escape", "Escape", {}, area);
    expect(ran).toEqual([]);
  });

  it("do nothing behind a dialog", () => {
    hosted(useShortcuts);
    useUi().show("settings");
    search();
    useUi().hide();
    const dialog = document.createElement("dialog");
    dialog.setAttribute("open", "");
    document.body.append(dialog);
    search();
    expect(ran).toEqual([]);
    dialog.remove();
    search();
    expect(ran).toEqual(["search.open"]);
  });

  it("leave Escape to what is written and to the drawer, but not to the composer", () => {
    hosted(useShortcuts);
    press("Escape", "Escape", {}, field("edit"));
    useUi().drawer = true;
    press("Escape", "Escape");
    expect(ran).toEqual([]);
    useUi().drawer = false;
    press("Escape", "Escape", {}, field("composer"));
    press("Escape", "Escape");
    expect(ran).toEqual(["chat.stop", "chat.stop"]);
  });

  it("leave Escape to an open menu: it closes that, and stops no answer", () => {
    hosted(useShortcuts);
    const menu = document.createElement("div");
    menu.setAttribute("popover", "auto");
    document.body.append(menu);
    expect(press("Escape", "Escape", {}, menu).defaultPrevented).toBe(false);
    expect(press("Escape", "Escape").defaultPrevented).toBe(false);
    expect(ran).toEqual([]);
    menu.remove();
    press("Escape", "Escape");
    expect(ran).toEqual(["chat.stop"]);
  });

  it("are not listened to any more when the page is gone", () => {
    hosted(useShortcuts).unmount();
    search();
    expect(ran).toEqual([]);
  });
});

describe("commands", () => {
  const run = (name: CommandName): boolean => useCommands().run(name);
  const said = (): string | undefined => useUi().notices.at(-1)?.text;
  const question = storedMessage({ message_id: 1, role: "user", content: "```\nmine\n```" });

  async function open(...contents: string[]): Promise<void> {
    const replies = contents.map((content, at) => storedMessage({ message_id: at + 2, parent_id: at + 1, content }));
    answers["GET /api/chat/session/s1"] = () => detail([question, ...replies]);
    await useConversation().open("s1");
  }
  function clipboard(): string[] {
    const copies: string[] = [];
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText: async (text: string) => void copies.push(text) } });
    return copies;
  }

  it("copy the latest answer that has words", async () => {
    const copies = clipboard();
    hosted(useOwnCommands);
    run("copy.answer");
    await vi.waitFor(() => expect(said()).toBe("There is no answer to copy yet."));
    await open("Earlier", "  Later  ", "\n");
    run("copy.answer");
    await vi.waitFor(() => expect(said()).toBe("The last answer was copied."));
    expect(copies).toEqual(["Later"]);
  });

  it("copy the latest code of an answer, not that of a question", async () => {
    const copies = clipboard();
    hosted(useOwnCommands);
    await open("None.");
    run("copy.code");
    await vi.waitFor(() => expect(said()).toBe("There is no code to copy in this chat."));
    answers["GET /api/chat/session/s1"] = () => detail([question, storedMessage({ message_id: 2, content: "```py\none\n```\n\n```py\ntwo\n```" }), storedMessage({ message_id: 3, parent_id: 2, content: "Words." })]);
    await useConversation().reload();
    run("copy.code");
    await vi.waitFor(() => expect(said()).toBe("The last code block was copied."));
    expect(copies.map((text) => text.trim())).toEqual(["two"]);
  });

  it("do not claim to have copied what was not", async () => {
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText: () => Promise.reject(new Error("denied")) } });
    document.execCommand = () => false;
    hosted(useOwnCommands);
    await open("Words");
    run("copy.answer");
    await vi.waitFor(() => expect(said()).toBeDefined());
    expect(said()).not.toBe("The last answer was copied.");
  });

  it("begin a new chat with the cursor in it", async () => {
    const focus = vi.fn();
    provideComposer({ fill: vi.fn(), focus });
    hosted(useOwnCommands);
    await open("Words");
    run("chat.new");
    expect(useConversation().messages).toEqual([]);
    expect(router.push).toHaveBeenLastCalledWith("/");
    expect(focus).toHaveBeenCalledOnce();
    run("composer.focus");
    expect(focus).toHaveBeenCalledTimes(2);
  });

  it("put the open chat into the trash, and nothing where none is open", async () => {
    answers["POST /api/chat/sessions/bulk"] = (body) => ({ changed: (body as { session_ids: string[] }).session_ids });
    hosted(useOwnCommands);
    run("chat.delete");
    await open("Words");
    useSessions().upsert(storedSession());
    run("chat.delete");
    await vi.waitFor(() => expect(said()).toBe("“Title” is in the trash."));
    expect(server.asked.filter(([route]) => route.startsWith("POST"))).toEqual([["POST /api/chat/sessions/bulk", { action: "delete", session_ids: ["s1"] }]]);
  });

  it("say why an answer could not be stopped", async () => {
    answers["GET /api/chat/session/s1"] = () => detail([question, storedMessage({ message_id: 2, parent_id: 1, status: "running", generation_id: "g" })]);
    vi.spyOn(useLink().hub, "attach").mockImplementation(() => undefined);
    vi.spyOn(useLink().hub, "halt").mockRejectedValue(new Error("No way."));
    hosted(useOwnCommands);
    await useConversation().open("s1");
    run("chat.stop");
    await vi.waitFor(() => expect(useUi().notices.at(-1)).toMatchObject({ text: "No way.", tone: "danger" }));
  });

  it.each([[390, true, false], [1440, false, true]])("show or hide the sidebar: on %i pixels a drawer: %s", (width, drawer, collapsed) => {
    vi.spyOn(window, "innerWidth", "get").mockReturnValue(width);
    useUi().setCollapsed(false);
    hosted(useOwnCommands);
    run("sidebar.toggle");
    expect([useUi().drawer, useUi().collapsed]).toEqual([drawer, collapsed]);
    run("sidebar.toggle");
    expect([useUi().drawer, useUi().collapsed]).toEqual([false, false]);
  });

  it.each([["help.open", "shortcuts"], ["settings.open", "settings"], ["roles.open", "roles"]] as const)("%s shows the dialog %s", (name, dialog) => {
    hosted(useOwnCommands);
    run(name);
    expect(useUi().dialog?.name).toBe(dialog);
  });

  it("answer to nobody when the page is gone", () => {
    hosted(useOwnCommands).unmount();
    expect((["chat.new", "chat.stop", "help.open", "copy.code"] as const).some(run)).toBe(false);
  });
});
