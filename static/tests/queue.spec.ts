/** Questions that wait behind an answer, as they are seen: taken back into the field, taken away; and Escape in the list of commands. */
import { mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h, nextTick } from "vue";

import ChatComposer from "@/components/composer/ChatComposer.vue";
import QueueList from "@/components/composer/QueueList.vue";
import SlashMenu from "@/components/composer/SlashMenu.vue";
import { useQueue } from "@/composables/useQueue";
import { useShortcuts } from "@/composables/useShortcuts";
import { i18n, loadLocale, loadTexts } from "@/i18n";
import { router } from "@/router";
import { useCommands } from "@/stores/commands";
import { useConversation } from "@/stores/conversation";
import { useLink } from "@/stores/link";
import { useModels } from "@/stores/models";
import { usePrompts } from "@/stores/prompts";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import { useWriting } from "@/stores/writing";
import type { Attachment, Message, Role, Session, User } from "@/types/api";
import type { Prompt } from "@/types/writing";

import { detail, serve, storedMessage, storedSession } from "./helpers";

let wrapper: VueWrapper;
let stored: Message[];
const hook = (name: string): string => `[data-test="${name}"]`;
const file = (id: string): Attachment => ({ document_id: id, name: `${id}.txt`, media_type: "text/plain", size: 3, chars: 3 });
const texts = (): string[] => wrapper.findAll(".queued-text").map((line) => line.text());
const field = (): HTMLTextAreaElement => wrapper.get(hook("composer")).element as HTMLTextAreaElement;
const key = (name: string): Promise<void> => wrapper.get(hook("composer")).trigger("keydown", { key: name });
const ask = async (text: string): Promise<void> => {
  await wrapper.get(hook("composer")).setValue(text);
  await key("Enter");
};

/** The composer with what stands above it, in a conversation whose answer is being written. */
async function show(): Promise<void> {
  const page = defineComponent(() => {
    const { sendNow, takeBack } = useQueue();
    useShortcuts();
    return () => h("main", [useWriting().queue.length ? h(QueueList, { onSend: sendNow, onEdit: takeBack }) : null, h(SlashMenu), h(ChatComposer)]);
  });
  await useConversation().open("s1");
  const stubs = { ComposerExtras: true, PlusMenu: true };
  wrapper = mount(page, { global: { plugins: [i18n, router], stubs }, attachTo: document.body });
}

beforeEach(async () => {
  Element.prototype.scrollIntoView = () => undefined;
  localStorage.clear();
  setActivePinia(createPinia());
  useUser().user = { id: 7, username: "ann", preferences: {} } as User;
  await loadLocale("en");
  await loadTexts("writing");
  for (const way of ["act", "attach", "detach"] as const) vi.spyOn(useLink().hub, way).mockImplementation(() => undefined);
  stored = [storedMessage({ message_id: 1, role: "user", content: "First?" }), storedMessage({ message_id: 2, parent_id: 1, status: "running", generation_id: "g" })];
  serve({ "GET /api/chat/session/s1": () => detail(stored), "GET /api/prompts": () => ({ prompts: [] }) });
  await show();
});
afterEach(() => {
  wrapper.unmount();
  localStorage.clear();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("questions that wait", () => {
  it("are taken back into the field before what stands there, and sent as one", async () => {
    await ask("Second?");
    await ask("Third?");
    expect(texts()).toEqual(["Second?", "Third?"]);
    await wrapper.findAll(hook("queued-edit"))[1]!.trigger("click");
    expect([texts(), field().value]).toEqual([["Second?"], "Third?"]);
    await wrapper.get(hook("queued-edit")).trigger("click");
    expect([texts(), field().value]).toEqual([[], "Second?\n\nThird?"]);
    await key("Enter");
    expect(texts().map((text) => text.split(/\s+/))).toEqual([["Second?", "Third?"]]);
  });

  it("bring their attachments along, before those that are there", async () => {
    const writing = useWriting();
    writing.enqueue({ text: "", attachments: [file("x")] });
    writing.fill("Words", [file("y")]);
    await nextTick();
    expect(texts()).toEqual(["x.txt"]);
    await wrapper.get(hook("queued-edit")).trigger("click");
    expect([writing.text, writing.attachments.map(({ document_id }) => document_id), writing.queue]).toEqual(["Words", ["x", "y"], []]);
  });

  it("are taken away, for good: not sent with the next answer's end, nor there after a reload", async () => {
    await ask("Second?");
    await ask("Third?");
    await wrapper.get(hook("queued-remove")).trigger("click");
    expect([texts(), field().value]).toEqual([["Third?"], ""]);
    const send = vi.spyOn(useConversation(), "send").mockImplementation(() => undefined);
    stored = [stored[0]!, { ...stored[1]!, status: "completed" }];
    await useConversation().refresh("s1");
    await vi.waitFor(() => expect(send.mock.calls.map(([text]) => text)).toEqual(["Third?"]));
    useWriting().loadQueue();
    expect(useWriting().queue).toEqual([]);
  });
});

describe("the list of commands", () => {
  it("is closed by Escape, which stops no answer and leaves what is typed; then Enter sends that", async () => {
    const stopped = vi.fn();
    useCommands().on("chat.stop", stopped);
    useModels().roles = [{ slug: "teacher", name: "Teacher", emoji: "", suggestions: [] } as unknown as Role];
    await wrapper.get(hook("composer")).setValue("/te");
    await vi.waitFor(() => expect(wrapper.findAll(hook("slash-item"))).toHaveLength(1));
    await key("Escape");
    await vi.waitFor(() => expect(wrapper.find(hook("slash-item")).exists()).toBe(false));
    expect([field().value, stopped.mock.calls.length]).toEqual(["/te", 0]);
    await key("Enter");
    expect(texts()).toEqual(["/te"]);
    // Without a list it is the page's again.
    await key("Escape");
    expect(stopped).toHaveBeenCalledOnce();
    await wrapper.get(hook("composer")).setValue("/t");
    await vi.waitFor(() => expect(wrapper.findAll(hook("slash-item"))).toHaveLength(1));
  });
});

describe("questions that wait in a conversation that is not open", () => {
  const S2 = "/api/chat/session/s2";
  const act = (): unknown[] => vi.mocked(useLink().hub.act).mock.calls;
  /** The list learns how the other conversation stands. */
  const hear = (fields: Partial<Session>): void => useSessions().upsert(storedSession({ session_id: "s2", ...fields }));
  const reply = (status: Message["status"]): object => detail([storedMessage({ message_id: 30, status })]);
  let asked: ReturnType<typeof serve>;
  let answer = reply("completed");

  beforeEach(() => {
    answer = reply("completed");
    asked = serve({ [`GET ${S2}`]: () => answer });
    useWriting().enqueue({ text: "Later?", attachments: [file("x")], session: "s2", client_id: "c" });
    useWriting().loadQueue();
  });
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setTimeout(resolve));
  }

  it("are sent when the answer there has ended, after it, and once", async () => {
    hear({ generating: "g9", update_time: "2026-11-21T10:00:00Z" });
    await settle();
    expect([asked.routes(), act()]).toEqual([[], []]);
    hear({ generating: null, update_time: "2026-11-21T10:01:00Z" });
    await vi.waitFor(() => expect(act()).toHaveLength(1));
    const action = { type: "send", client_id: "c", message: "Later?", session_id: "s2", parent_id: 30, attachments: ["x"] };
    expect(act()[0]).toEqual([action, [file("x")]]);
    hear({ generating: null, update_time: "2026-11-21T10:02:00Z" });
    await settle();
    expect([act().length, useWriting().queuedEverywhere()]).toEqual([1, []]);
  });

  it.each(["failed", "interrupted"] as const)("wait when that answer %s", async (status) => {
    answer = reply(status);
    hear({});
    await vi.waitFor(() => expect(asked.routes()).toHaveLength(1));
    await settle();
    expect([act(), useWriting().queuedEverywhere().map(({ client_id }) => client_id)]).toEqual([[], ["c"]]);
  });

  it("wait when the server cannot be asked", async () => {
    asked = serve({});
    hear({});
    await vi.waitFor(() => expect(asked.routes()).toHaveLength(1));
    await settle();
    expect([act(), useWriting().queuedEverywhere()]).toEqual([[], [expect.objectContaining({ text: "Later?" })]]);
  });
});

describe("another tab", () => {
  const tell = (key: string | null, newValue: string | null): boolean => window.dispatchEvent(new StorageEvent("storage", { key, newValue }));

  it("shows what was queued and taken away in this one", async () => {
    const writing = useWriting();
    writing.enqueue({ text: "One?", attachments: [], client_id: "c" });
    const name = Object.keys(localStorage).find((key) => key.includes("queue"))!;
    const value = localStorage.getItem(name)!;
    localStorage.removeItem(name);
    tell(name, null);
    expect(writing.queue).toEqual([]);
    localStorage.setItem(name, value);
    tell(name, value);
    expect(writing.queue.map(({ text }) => text)).toEqual(["One?"]);
    await nextTick();
    wrapper.unmount();
    localStorage.removeItem(name);
    tell(name, null);
    expect(writing.queue).toHaveLength(1);
  });
});

describe("what a command does when it is chosen", () => {
  const prompt = (text: string): Prompt => ({ prompt_id: "p", command: "tr", title: "Translate", text, mine: true }) as unknown as Prompt;
  async function choose(text: string): Promise<void> {
    serve({ "GET /api/prompts": () => ({ prompts: [prompt(text)] }) });
    await usePrompts().load();
    await wrapper.get(hook("composer")).setValue("/tr");
    await vi.waitFor(() => expect(wrapper.findAll(hook("slash-item"))).toHaveLength(1));
    await key("Enter");
  }

  it("puts the text of a prompt into the field, in the place of what was typed to find it", async () => {
    await choose("Translate this.");
    expect([field().value, texts()]).toEqual(["Translate this.", []]);
  });

  it("asks for the blanks first", async () => {
    await choose("Into {{language|French}}");
    expect([field().value, useUi().dialog?.name]).toEqual(["", "fill"]);
    (useUi().dialog!.props as { insert: (text: string) => void }).insert("Into French");
    await nextTick();
    expect(field().value).toBe("Into French");
  });

  it("chooses the role", async () => {
    useModels().roles = [{ slug: "teacher", name: "Teacher", emoji: "", suggestions: [] } as unknown as Role];
    await wrapper.get(hook("composer")).setValue("/teach");
    await vi.waitFor(() => expect(wrapper.findAll(hook("slash-item"))).toHaveLength(1));
    await key("Tab");
    expect([field().value, useModels().chosenRole]).toEqual(["", "teacher"]);
  });
});
