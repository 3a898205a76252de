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
import { useUser } from "@/stores/user";
import { useWriting } from "@/stores/writing";
import type { Attachment, Message, Role, User } from "@/types/api";

import { detail, serve, storedMessage } from "./helpers";

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
