/** What people do with messages, from the button to what is asked of the server: compare, write anew, edit, copy, rate, delete. */
import { mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { computed, defineComponent, h, nextTick } from "vue";

import type { ChatMessage } from "@/chat/types";
import UserMessage from "@/components/chat/UserMessage.vue";
import AnswerDetails from "@/components/message/AnswerDetails.vue";
import CompareColumns from "@/components/message/CompareColumns.vue";
import MessageActions from "@/components/message/MessageActions.vue";
import MessagePanel from "@/components/message/MessagePanel.vue";
import { useLive } from "@/composables/useLive";
import { i18n, loadLocale, loadTexts } from "@/i18n";
import { router } from "@/router";
import { useConversation } from "@/stores/conversation";
import { useLink } from "@/stores/link";
import { useModels } from "@/stores/models";
import { useRows } from "@/stores/rows";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import type { Message, ServerEvent, User } from "@/types/api";

import { detail, serve, storedMessage } from "./helpers";

const question = storedMessage({ message_id: 1, role: "user", content: "Which?" });
const answer = storedMessage({ message_id: 2, content: "# One\n\n**Bold** and `code`.", parent_id: 1, model_id: "m1", generation_id: "g2" });
const answers: Parameters<typeof serve>[0] = {};
let stored: Message[] = [];
let server = serve(answers);
let wrapper: VueWrapper | undefined;

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
  await loadTexts("message");
  for (const route of Object.keys(answers)) delete answers[route];
  stored = [question, answer];
  answers["GET /api/chat/session/s1"] = () => detail(stored);
  server = serve(answers);
  for (const way of ["act", "attach", "detach"] as const) vi.spyOn(useLink().hub, way).mockImplementation(() => undefined);
  const model = (model_id: string): object => ({ model_id, model_name: model_id.toUpperCase(), description: "", context_window: null, max_tokens: null, capabilities: {} });
  useModels().groups = [{ provider: "P", models: ["m1", "m2"].map(model) }] as never;
});
afterEach(() => {
  wrapper?.unmount();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const hook = (name: string): string => `[data-test="${name}"]`;
const press = (name: string): Promise<void> => wrapper!.get(hook(name)).trigger("click");
const message = (id: number): ChatMessage => useConversation().state.messages.find(({ message_id }) => message_id === id)!;
const asked = (): unknown => vi.mocked(useLink().hub.act).mock.lastCall?.[0];

/** The buttons of a message, what they open, and the dialog of the details. */
async function show(id: number, body: "actions" | "columns" | "question" = "actions"): Promise<void> {
  await useConversation().open("s1");
  const page = defineComponent(() => {
    const it = computed(() => message(id));
    const rows = useRows();
    const draw = {
      actions: () => h(MessageActions, { message: it.value, last: true }),
      columns: () => h(CompareColumns, { answers: [it.value, ...useConversation().columns] }),
      question: () => h(UserMessage, { message: it.value }),
    }[body];
    const dialog = (): unknown => useUi().dialog?.name === "details" && h(AnswerDetails, useUi().dialog!.props as { messageKey: string });
    return () => h("main", [it.value && draw(), rows.panel && h(MessagePanel, { panel: rows.panel, key: rows.panel.name }), dialog() as never]);
  });
  wrapper = mount(page, { global: { plugins: [i18n, router] }, attachTo: document.body });
  await nextTick();
}
function clipboard(): string[] {
  const copies: string[] = [];
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText: async (text: string) => void copies.push(text) } });
  return copies;
}

describe("two models side by side", () => {
  it("are both there after a reload, and both go on from where they are", async () => {
    const running: Partial<Message> = { status: "running", parent_id: 1, siblings: [2, 5] };
    stored = [question, { ...answer, ...running, content: "The le", offset: 6 }, storedMessage({ ...running, message_id: 5, beside: 2, content: "The ri", offset: 6, generation_id: "g5", model_id: "m2" })];
    await show(2, "columns");
    expect(wrapper!.findAll(hook("compare-column"))).toHaveLength(2);
    expect(vi.mocked(useLink().hub.attach).mock.calls).toEqual([["g2", 6], ["g5", 6]]);
    const delta = (id: number, content: string, offset: number): ServerEvent => ({ type: "delta", content, offset, generation_id: `g${id}` });
    for (const frame of [delta(5, "ght", 9), delta(2, "ft", 8)]) useConversation().receive(frame);
    await vi.waitFor(() => expect(wrapper!.findAll(hook("compare-column")).map((column) => column.get(hook("message-content")).text())).toEqual(["The left", "The right"]));
  });

  it("are begun from the menu of an answer", async () => {
    await show(2);
    await press("message-more");
    await press("menu-compare");
    await vi.waitFor(() => expect(wrapper!.find(hook("panel-compare")).exists()).toBe(true));
    expect(wrapper!.findAll(hook("model-option")).map((option) => option.attributes("data-model"))).toEqual(["m2"]);
    await wrapper!.get('[data-model="m2"]').trigger("click");
    expect(asked()).toMatchObject({ type: "regenerate", message_id: 2, model_id: "m2", beside: true });
    expect([useRows().panel, useConversation().columns.map(({ model_id }) => model_id)]).toEqual([null, ["m2"]]);
  });
});

describe("writing an answer anew", () => {
  it("is done by the model that was chosen, or by the same one", async () => {
    await show(2);
    await press("regenerate-with");
    await wrapper!.get('[data-model="m2"]').trigger("click");
    expect(asked()).toMatchObject({ type: "regenerate", message_id: 2, model_id: "m2" });
    expect(asked()).not.toHaveProperty("beside");
    useConversation().apply({ type: "discarded", client_id: (asked() as { client_id: string }).client_id });
    useRows().open("regenerate", message(2).key, wrapper!.get("main").element);
    await nextTick();
    await press("same-model");
    expect(asked()).toMatchObject({ type: "regenerate", message_id: 2 });
    expect((asked() as { model_id?: string }).model_id).toBeUndefined();
  });
});

describe("editing a question", () => {
  it("is given up by Escape: the question stands there as it was, and nothing was asked", async () => {
    await show(1, "question");
    await vi.waitFor(() => expect(wrapper!.find(hook("edit")).exists()).toBe(true));
    await press("edit");
    await vi.waitFor(() => expect((document.activeElement as HTMLElement).dataset.test).toBe("edit-input"));
    await wrapper!.get(hook("edit-input")).setValue("Something else");
    const outside = vi.fn();
    window.addEventListener("keydown", outside);
    await wrapper!.get(hook("edit-input")).trigger("keydown", { key: "Escape" });
    window.removeEventListener("keydown", outside);
    // Escape also stops answers; not this one.
    expect(outside).not.toHaveBeenCalled();
    expect([wrapper!.find(hook("edit-input")).exists(), wrapper!.get(".bubble").text(), asked()]).toEqual([false, "Which?", undefined]);
    await press("edit");
    expect((wrapper!.get(hook("edit-input")).element as HTMLTextAreaElement).value).toBe("Which?");
  });
});

describe("copying", () => {
  it.each([["menu-copy", answer.content], ["menu-copy-text", "One\n\nBold and code."]])("by %s", async (item, text) => {
    const copies = clipboard();
    await show(2);
    await press("message-more");
    await press(item);
    expect(copies).toEqual([text]);
    expect(useRows().panel).toBeNull();
  });

  it("the details of an answer, from its menu", async () => {
    HTMLDialogElement.prototype.showModal = vi.fn();
    const copies = clipboard();
    stored = [question, { ...answer, provider: "P", completion_tokens: 11 }];
    await show(2);
    await press("message-more");
    await press("menu-details");
    await press("details-copy");
    expect(copies[0]!.split("\n")).toEqual(expect.arrayContaining(["Model: M1 (m1)", "Served by: P"]));
    expect(copies[0]).toContain(": 11");
  });
});

describe("a rating", () => {
  it("is removed where it was given, with its reason", async () => {
    stored = [question, { ...answer, rating: -1, rating_reason: "length", rating_comment: "Too long" }];
    answers["POST /api/chat/messages/2/rating"] = () => ({ message_id: 2, rating: null, rating_reason: null, rating_comment: null });
    await show(2);
    expect(wrapper!.get(hook("rate-bad")).attributes("aria-pressed")).toBe("true");
    // The second click on what was said opens the form, and says nothing yet.
    await press("rate-bad");
    await vi.waitFor(() => expect(wrapper!.find(hook("rating-form")).exists()).toBe(true));
    await press("rating-remove");
    await vi.waitFor(() => expect(server.asked.at(-1)).toEqual(["POST /api/chat/messages/2/rating", { rating: 0, reason: "", comment: "" }]));
    expect([message(2).rating, message(2).rating_reason, message(2).rating_comment]).toEqual([null, null, null]);
    await nextTick();
    expect([wrapper!.get(hook("rate-bad")).attributes("aria-pressed"), wrapper!.find(hook("rating-form")).exists()]).toEqual(["false", false]);
  });
});

describe("a message that was deleted in another tab", () => {
  it("goes here too, with its answers", async () => {
    useUser().user = { id: 7, username: "ann", preferences: {} } as User;
    for (const way of ["start", "stop"] as const) vi.spyOn(useLink().hub, way).mockImplementation(() => undefined);
    let heard: (frame: ServerEvent) => void = () => undefined;
    vi.spyOn(useLink(), "listen").mockImplementation(({ onFrame }) => void (heard = onFrame!));
    const later = [storedMessage({ message_id: 3, role: "user", parent_id: 2, content: "And?" }), storedMessage({ message_id: 4, parent_id: 3, content: "So." })];
    stored = [question, answer, ...later];
    const page = defineComponent(() => {
      useLive({ onSignedOut: vi.fn(), onGone: vi.fn() });
      return () => h("ol", useConversation().messages.map((each) => h("li", each.content)));
    });
    wrapper = mount(page);
    await useConversation().open("s1");
    expect(wrapper.findAll("li").map((line) => line.text())).toContain("And?");
    stored = [question, answer];
    heard({ type: "changed", what: "tree:another" } as ServerEvent);
    heard({ type: "changed", what: "tree:s1" } as ServerEvent);
    await vi.waitFor(() => expect(wrapper!.findAll("li").map((line) => line.text())).toEqual(["Which?", answer.content]));
    expect(server.routes()).toEqual(["GET /api/chat/session/s1", "GET /api/chat/session/s1"]);
  });
});
