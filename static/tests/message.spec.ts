import { mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h, nextTick, type Component } from "vue";

import { boot } from "@/boot";
import { applyEvent, EMPTY } from "@/chat/reducer";
import type { ChatMessage } from "@/chat/types";
import AnswerDetails from "@/components/message/AnswerDetails.vue";
import CompareColumns from "@/components/message/CompareColumns.vue";
import MessageActions from "@/components/message/MessageActions.vue";
import MessageEdit from "@/components/message/MessageEdit.vue";
import MessagePanel from "@/components/message/MessagePanel.vue";
import SiblingNav from "@/components/message/SiblingNav.vue";
import { speedOf } from "@/composables/useAnswerFacts";
import { useMessageTools } from "@/composables/useMessageTools";
import { placeOf } from "@/composables/usePopover";
import { i18n, loadLocale, loadTexts } from "@/i18n";
import { plainText } from "@/lib/plain";
import { router } from "@/router";
import { useConversation } from "@/stores/conversation";
import { useLink } from "@/stores/link";
import { useModels } from "@/stores/models";
import { useRemovals } from "@/stores/removals";
import { useRows } from "@/stores/rows";
import { UNDO_MS } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import type { Message } from "@/types/api";

import { detail, storedMessage, storedSession } from "./helpers";
import { arrived } from "./host";

let wrapper: VueWrapper | null = null;
const calls: [string, unknown][] = [];
let answers = new Map<string, (body: unknown) => unknown>();
let pinia = createPinia();

const question = storedMessage({ message_id: 1, role: "user", content: "Which?" });
const answer = storedMessage({ message_id: 2, content: "**One**", parent_id: 1, siblings: [2, 5], model_id: "m1", generation_id: "g" });
let stored: Message[] = [];

function show(component: Component, props: object = {}): VueWrapper {
  wrapper = mount(component, { props, global: { plugins: [pinia, i18n, router] }, attachTo: document.body });
  return wrapper;
}
const hook = (name: string): string => `[data-test="${name}"]`;
const shown = (id: number): ChatMessage => useConversation().state.messages.find((message) => message.message_id === id)!;

afterAll(arrived);

beforeEach(async () => {
  pinia = createPinia();
  setActivePinia(pinia);
  await loadLocale("en");
  await loadTexts("message");
  calls.length = 0;
  stored = [question, answer];
  answers = new Map<string, (body: unknown) => unknown>([["GET /api/chat/session/s1", () => detail(stored)], ["PATCH /api/chat/session/s1", () => storedSession()]]);
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : null;
    calls.push([`${init.method} ${path}`, body]);
    const reply = answers.get(`${init.method} ${path}`);
    return reply ? new Response(JSON.stringify(reply(body))) : new Response(JSON.stringify({ detail: "Refused.", code: "x" }), { status: 409 });
  });
  const models = useModels();
  const model = (model_id: string): object => ({ model_id, model_name: model_id.toUpperCase(), description: "", context_window: null, max_tokens: null, capabilities: {} });
  models.groups = [{ provider: "P", models: ["m1", "m2"].map(model) }] as never;
  vi.spyOn(useLink().hub, "act").mockImplementation(() => undefined);
  vi.spyOn(useLink().hub, "attach").mockImplementation(() => undefined);
  await useConversation().open("s1");
  calls.length = 0;
});
afterEach(() => {
  wrapper?.unmount();
  wrapper = null;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("plain text", () => {
  it.each([
    ["# Title\n\nSome **bold**, *thin* and `code`.", "Title\n\nSome bold, thin and code."],
    ["> quoted\n\n* one\n* two", "quoted\n\n- one\n- two"],
    ["[words](https://a.test/x_y) and ![a picture](b.png)", "words (https://a.test/x_y) and a picture"],
    ["```py\n# stays *as* it is\n```", "# stays *as* it is"],
    ["| a | b |\n|---|--:|\n| 1 | 2 |", "a\tb\n1\t2"],
    ["snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"],
    ["**粗体**中文，_斜体_。", "粗体中文，斜体。"],
    ["---\n\nAfter \\*stars\\*", "After *stars*"],
  ])("of %j", (markdown, text) => expect(plainText(markdown)).toBe(text));
});

describe("the place of a panel", () => {
  const view = { width: 1000, height: 800 };
  const anchor = (top: number, left: number): { top: number; bottom: number; left: number; right: number } => ({ top, bottom: top + 30, left, right: left + 30 });

  it("is below its button, or above it, and inside the window", () => {
    expect(placeOf(anchor(100, 50), { width: 200, height: 300 }, view)).toEqual({ top: 136, left: 50 });
    expect(placeOf(anchor(700, 50), { width: 200, height: 300 }, view)).toEqual({ top: 394, left: 50 });
    expect(placeOf(anchor(100, 950), { width: 200, height: 300 }, view).left).toBe(780);
    expect(placeOf(anchor(400, 0), { width: 2000, height: 2000 }, view)).toEqual({ top: 8, left: 8 });
  });
});

describe("the speed of an answer", () => {
  it("counts from the first token on, and only what says something", () => {
    expect(speedOf({ completion_tokens: 100, duration_ms: 2500, first_token_ms: 500 })).toBe(50);
    for (const known of [{ completion_tokens: null, duration_ms: 9, first_token_ms: 1 }, { completion_tokens: 9, duration_ms: null, first_token_ms: null }, { completion_tokens: 9, duration_ms: 10, first_token_ms: 9 }]) {
      expect(speedOf(known)).toBeNull();
    }
  });
});

describe("going between versions", () => {
  it("asks for the neighbour, by keyboard too, and leaves out what was deleted", async () => {
    show(SiblingNav, { message: shown(2) });
    expect(wrapper!.text()).toBe("1/2");
    await wrapper!.find(hook("siblings")).trigger("keydown", { key: "ArrowLeft" });
    expect(calls).toEqual([]);
    await wrapper!.find(hook("siblings")).trigger("keydown", { key: "ArrowRight" });
    await vi.waitFor(() => expect(calls.map(([call]) => call)).toEqual(["PATCH /api/chat/session/s1", "GET /api/chat/session/s1"]));
    expect(calls[0]![1]).toEqual({ current_message_id: 5 });
    useConversation().apply({ type: "removed", message_id: 5 });
    await nextTick();
    expect(wrapper!.find(hook("siblings")).exists()).toBe(false);
  });
});

describe("the form that edits a question", () => {
  it("sends with Ctrl+Enter, cancels with Escape, and leaves both to an input method", async () => {
    show(MessageEdit, { id: 1, text: "Hi" });
    const area = wrapper!.find(hook("edit-input"));
    await area.setValue(" Hello ");
    await area.trigger("compositionstart");
    await area.trigger("keydown", { key: "Escape" });
    await area.trigger("keydown", { key: "Enter", ctrlKey: true, isComposing: true });
    expect(wrapper!.emitted()).not.toHaveProperty("cancel");
    expect(wrapper!.emitted("send")).toBeUndefined();
    await area.trigger("compositionend");
    await new Promise((done) => setTimeout(done, 80));
    await area.trigger("keydown", { key: "Enter", ctrlKey: true });
    expect(wrapper!.emitted("send")).toEqual([["Hello"]]);
    await area.trigger("keydown", { key: "Escape" });
    expect(wrapper!.emitted("cancel")).toHaveLength(1);
  });

  it("keeps what was written until it is sent or given up", async () => {
    for (const last of ["edit-cancel", "edit-send"]) {
      show(MessageEdit, { id: 1, text: "Hi" });
      await wrapper!.find(hook("edit-input")).setValue("Half a tho");
      wrapper!.unmount();
      show(MessageEdit, { id: 1, text: "Hi" });
      expect(wrapper!.find<HTMLTextAreaElement>(hook("edit-input")).element.value).toBe("Half a tho");
      await wrapper!.find(hook(last)).trigger(last === "edit-send" ? "submit" : "click");
      wrapper!.unmount();
      show(MessageEdit, { id: 1, text: "Hi" });
      expect(wrapper!.find<HTMLTextAreaElement>(hook("edit-input")).element.value).toBe("Hi");
      wrapper!.unmount();
    }
    expect(Object.keys(localStorage).filter((name) => name.startsWith("aihelper.edit."))).toEqual([]);
  });

  it("says when it is too long, and sends it no sooner than it fits", async () => {
    show(MessageEdit, { id: 1, text: "Hi" });
    const area = wrapper!.find(hook("edit-input"));
    await area.setValue("x".repeat(boot.max_message_chars + 1));
    expect(wrapper!.get("[role=status]").text()).toContain("Too long");
    await area.trigger("keydown", { key: "Enter", ctrlKey: true });
    expect(wrapper!.emitted("send")).toBeUndefined();
    // Two UTF-16 units, one character.
    await area.setValue("😀".repeat(boot.max_message_chars));
    await area.trigger("keydown", { key: "Enter", ctrlKey: true });
    expect(wrapper!.emitted("send")).toHaveLength(1);
  });
});

describe("the attachments of a question that is edited", () => {
  it("stay, but for those that are taken away", async () => {
    const attachment = { document_id: "d", name: "a.txt", media_type: "text/plain", size: 1, chars: 1 };
    show(MessageEdit, { id: 1, text: "Hi", attachments: [attachment, { ...attachment, document_id: "e" }] });
    await wrapper!.find("form").trigger("submit");
    await wrapper!.find(hook("edit-chip")).find("button").trigger("click");
    await wrapper!.find("form").trigger("submit");
    expect(wrapper!.emitted("send")).toEqual([["Hi"], ["Hi", [{ ...attachment, document_id: "e" }]]]);
    useConversation().edit(1, "Hello", [attachment]);
    expect(vi.mocked(useLink().hub.act).mock.lastCall![0]).toMatchObject({ type: "edit", message: "Hello", attachments: ["d"] });
    expect(useConversation().messages[0]!.attachments).toEqual([attachment]);
  });
});

describe("deleting a message", () => {
  it("hides it at once, deletes after the time to undo, and says when that failed", async () => {
    vi.useFakeTimers();
    const failed = vi.fn();
    await useRemovals().remove(shown(1), failed);
    expect(useConversation().messages).toEqual([]);
    await vi.advanceTimersByTimeAsync(UNDO_MS - 1);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls.map(([call]) => call)).toEqual(["DELETE /api/chat/messages/1"]);
    expect(failed).toHaveBeenCalledWith("Refused.");
    expect(useConversation().messages).toHaveLength(2);
  });

  it("shows another version in the place of the last answer, and comes back with undo", async () => {
    vi.useFakeTimers();
    await useRemovals().remove(shown(2), vi.fn());
    expect(calls[0]).toEqual(["PATCH /api/chat/session/s1", { current_message_id: 5 }]);
    await useRemovals().undo(2);
    expect(calls.filter(([call]) => call.startsWith("PATCH")).at(-1)![1]).toEqual({ current_message_id: 2 });
    await vi.advanceTimersByTimeAsync(2 * UNDO_MS);
    expect(calls.some(([call]) => call.startsWith("DELETE"))).toBe(false);
    expect(useConversation().state.removed).toEqual([]);
  });

  it("is done at once when the page goes", async () => {
    answers.set("DELETE /api/chat/messages/1", () => ({ deleted: [1, 2] }));
    await useRemovals().remove(shown(1), vi.fn());
    stored = [];
    window.dispatchEvent(new Event("pagehide"));
    await vi.waitFor(() => expect(useConversation().state.messages).toEqual([]));
    expect(useConversation().state.removed).toEqual([]);
  });
});

describe("rating", () => {
  const tools = (): ReturnType<typeof useMessageTools> => {
    let made!: ReturnType<typeof useMessageTools>;
    show(defineComponent({ setup: () => ((made = useMessageTools()), () => h("i")) }));
    return made;
  };

  it("is shown at once, and taken back when it is refused", async () => {
    const { rate } = tools();
    const saving = rate(shown(2), 1);
    expect(shown(2).rating).toBe(1);
    expect(await saving).toBe(false);
    expect(shown(2).rating).toBeNull();
    expect(useUi().notices.at(-1)!.text).toBe("Refused.");
  });

  it("brings a reason and a comment", async () => {
    answers.set("POST /api/chat/messages/2/rating", (body) => ({ message_id: 2, rating: -1, rating_reason: "length", rating_comment: (body as { comment: string }).comment }));
    const { rate } = tools();
    expect(await rate(shown(2), -1, "length", "Too much")).toBe(true);
    expect(calls.at(-1)![1]).toEqual({ rating: -1, reason: "length", comment: "Too much" });
    expect(shown(2)).toMatchObject({ rating: -1, rating_reason: "length", rating_comment: "Too much" });
  });

  it("goes on in a chat of its own, with a way back", async () => {
    answers.set("POST /api/chat/session/s1/branch", () => storedSession({ session_id: "s2" }));
    const push = vi.spyOn(router, "push").mockResolvedValue(undefined as never);
    await tools().branch(shown(2));
    expect(push).toHaveBeenLastCalledWith("/c/s2");
    useUi().notices.at(-1)!.action!.run();
    expect(push).toHaveBeenLastCalledWith("/c/s1");
    push.mockRestore();
  });

  it("says that it is a new chat as long as that one is open", async () => {
    answers.set("POST /api/chat/session/s1/branch", () => storedSession({ session_id: "s2" }));
    vi.spyOn(router, "push").mockResolvedValue(undefined as never);
    const off = vi.fn();
    const after = vi.spyOn(router, "afterEach").mockReturnValue(off);
    await tools().branch(shown(2));
    const said = (): string[] => useUi().notices.map(({ text }) => text);
    const open = (id?: string): void => (after.mock.calls[0]![0] as (to: object) => void)({ params: { id } });
    open("s2");
    expect([said(), off.mock.calls.length]).toEqual([["This is a new chat that goes on from there."], 0]);
    open("s3");
    expect([said(), off.mock.calls.length]).toEqual([[], 1]);
    vi.restoreAllMocks();
  });
});

describe("the panels of a message", () => {
  const anchor = document.createElement("button");
  const panel = (name: string, key: string): VueWrapper => {
    document.body.append(anchor);
    return show(MessagePanel, { panel: { name, key, anchor } });
  };

  it("offer what is possible with an answer", () => {
    panel("menu", "m2");
    const items = wrapper!.findAll("[role=menuitem]").map((item) => item.attributes("data-test"));
    expect(items).toEqual(["menu-copy", "menu-copy-text", "menu-continue", "menu-compare", "menu-branch", "menu-details", "menu-delete"]);
  });

  it("write anew with another model, beside or in its place, or the same", async () => {
    const act = vi.mocked(useLink().hub.act);
    for (const [name, action] of [["regenerate", { model_id: "m2" }], ["compare", { model_id: "m2", beside: true }]] as const) {
      panel(name, "m2");
      await wrapper!.find('[data-model="m2"]').trigger("click");
      expect(act.mock.lastCall![0]).toMatchObject({ type: "regenerate", message_id: 2, ...action });
      useConversation().apply({ type: "discarded", client_id: act.mock.lastCall![0].client_id });
      wrapper!.unmount();
    }
    panel("compare-next", "");
    expect(wrapper!.findAll(hook("model-option")).length).toBeLessThanOrEqual(2);
    await wrapper!.find('[data-model="m2"]').trigger("click");
    expect(useConversation().compareWith).toBe("m2");
  });

  it("are one at a time, and a click on the button of an open one closes it", () => {
    const rows = useRows();
    rows.open("menu", "m2", anchor);
    expect(rows.isOpen("menu", "m2")).toBe(true);
    rows.close(true);
    rows.open("menu", "m2", anchor);
    expect(rows.panel).toBeNull();
    rows.open("rating", "m2", anchor, true);
    expect(rows.isOpen("rating", "m2")).toBe(true);
  });
});

describe("the buttons under a message", () => {
  it("give a question without an answer one", async () => {
    show(MessageActions, { message: shown(1), last: true });
    await wrapper!.find(hook("answer-it")).trigger("click");
    expect(vi.mocked(useLink().hub.act).mock.lastCall![0]).toMatchObject({ type: "regenerate", message_id: 1 });
  });

  it("work while another answer is written", () => {
    stored = [question, answer, storedMessage({ message_id: 3, role: "user", parent_id: 2 }), storedMessage({ message_id: 4, parent_id: 3, status: "running" })];
    useConversation().apply({ type: "loaded", detail: detail(stored) });
    show(MessageActions, { message: shown(2) });
    expect(wrapper!.find(hook("regenerate")).exists()).toBe(true);
  });
});

describe("two answers in two columns", () => {
  it("have each a way to stop or to go on with it", async () => {
    const both = applyEvent(EMPTY, { type: "loaded", detail: detail([question, answer, storedMessage({ message_id: 5, parent_id: 1, beside: 2, status: "running", generation_id: "g5", model_id: "m2" })]) });
    useConversation().apply({ type: "loaded", detail: { session: storedSession(), messages: both.messages as Message[], next: null } });
    expect(useConversation().running?.message_id).toBe(5);
    const halt = vi.spyOn(useLink().hub, "halt").mockResolvedValue();
    show(CompareColumns, { answers: [shown(2), shown(5)] });
    expect(wrapper!.findAll(hook("compare-tab")).map((tab) => tab.text())).toEqual(["M1", "M2"]);
    await wrapper!.find(hook("compare-stop")).trigger("click");
    expect(halt).toHaveBeenCalledExactlyOnceWith("g5", 0);
    await wrapper!.find(hook("compare-choose")).trigger("click");
    // What the other one still writes is stopped.
    expect(halt).toHaveBeenCalledTimes(2);
    await vi.waitFor(() => expect(calls[0]).toEqual(["PATCH /api/chat/session/s1", { current_message_id: 2 }]));
  });
});

describe("the details of an answer", () => {
  it("are read and copied", async () => {
    HTMLDialogElement.prototype.showModal = vi.fn();
    const served = { provider: "P", prompt_tokens: 1234, completion_tokens: 50, first_token_ms: 200, duration_ms: 1200, cost: "0.0012345", currency: "EUR" };
    stored = [question, { ...answer, ...served }];
    useConversation().apply({ type: "loaded", detail: detail(stored) });
    const write = vi.fn<(text: string) => Promise<void>>().mockResolvedValue();
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText: write } });
    show(AnswerDetails, { messageKey: "m2" });
    const fact = (name: string): string => wrapper!.find(hook(`fact-${name}`)).find("dd").text();
    expect([fact("model"), fact("provider"), fact("promptTokens"), fact("firstToken"), fact("speed"), fact("cost"), fact("end")]).toEqual([
      "M1 (m1)", "P", "1,234", "200 ms", "50 tokens/s", "0.00123 EUR", "The model",
    ]);
    await wrapper!.find(hook("details-copy")).trigger("click");
    expect(write.mock.calls[0]![0]).toContain("Served by: P");
  });
});
