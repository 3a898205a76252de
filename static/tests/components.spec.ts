import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Component } from "vue";

// What the page fetches when an answer needs it. Had here, so that no test waits for a compiler on a busy machine.
import "@/components/chat/CodeTools.vue";
import "@/components/message/AnswerEnd.vue";
import "@/components/message/MessageActions.vue";
import "@/lib/markdown/highlight";
import "@/lib/markdown/render";
import "highlight.js/lib/languages/python";

import { unconfirmed } from "@/chat/messages";
import type { ChatMessage } from "@/chat/types";
import UserAvatar from "@/components/base/UserAvatar.vue";
import AssistantMessage from "@/components/chat/AssistantMessage.vue";
import ChatComposer from "@/components/composer/ChatComposer.vue";
import SessionRow from "@/components/sidebar/SessionRow.vue";
import { i18n, loadLocale } from "@/i18n";
import LoginPage from "@/pages/LoginPage.vue";
import { openOutbox, waiting } from "@/lib/transport/outbox";
import { router } from "@/router";
import { useConversation } from "@/stores/conversation";
import { useUser } from "@/stores/user";
import type { User } from "@/types/api";

import { storedSession } from "./helpers";

let wrapper: VueWrapper;
const pinia = createPinia();

function show(component: Component, props: object = {}): VueWrapper {
  wrapper = mount(component, { props, global: { plugins: [pinia, i18n, router] }, attachTo: document.body });
  return wrapper;
}

const hook = (name: string): string => `[data-test="${name}"]`;

beforeEach(async () => {
  setActivePinia(pinia);
  localStorage.clear();
  await loadLocale("en");
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});

describe("an answer", () => {
  const answer = (fields: Partial<ChatMessage>): ChatMessage => ({ ...unconfirmed("assistant", "c", 0, { model_id: "m" }), client_id: null, message_id: 2, ...fields });

  it("is shown as markdown with highlighted code and a name", async () => {
    show(AssistantMessage, { message: answer({ status: "completed", content: "**Hi**\n\n```py\nx = 1\n```" }), last: true });
    await vi.waitFor(() => expect(wrapper.find("strong").text()).toBe("Hi"));
    await vi.waitFor(() => expect(wrapper.find(".hljs-number").exists()).toBe(true));
    expect(wrapper.find(".code-label").text()).toBe("py");
    expect(wrapper.find(hook("message-assistant")).attributes("data-status")).toBe("completed");
  });

  it("offers a way forward when it failed", async () => {
    const error = { error: "The provider is busy.", code: "rate_limited", retryable: true };
    show(AssistantMessage, { message: answer({ status: "failed", error }), last: true });
    await vi.waitFor(() => expect(wrapper.find(hook("answer-end")).text()).toContain("The provider is busy."));
    expect(wrapper.find(hook("retry")).exists()).toBe(true);
    expect(wrapper.find(hook("continue")).exists()).toBe(false);
  });

  it.each([
    ["interrupted", null], ["stopped", "stopped"], ["completed", "length"],
  ] as const)("keeps its text and can go on: %s %s", async (status, finish_reason) => {
    show(AssistantMessage, { message: answer({ status, finish_reason, content: "Half" }), last: true });
    await vi.waitFor(() => expect(wrapper.find(hook("continue")).exists()).toBe(true));
  });

  it("says nothing more when it is complete", async () => {
    show(AssistantMessage, { message: answer({ status: "completed", finish_reason: "stop", content: "Done" }), last: true });
    await vi.waitFor(() => expect(wrapper.find(hook("copy")).exists()).toBe(true));
    expect(wrapper.find(hook("answer-end")).exists()).toBe(false);
  });

  it("has no actions while it is written", () => {
    show(AssistantMessage, { message: answer({ status: "running", content: "Hal" }), last: true });
    expect(wrapper.find(hook("copy")).exists()).toBe(false);
  });

  it("folds its reasoning", async () => {
    show(AssistantMessage, { message: answer({ status: "completed", content: "A", reasoning: "Because.", reasoning_ms: 12_300 }), last: true });
    expect(wrapper.find(hook("reasoning")).text()).toBe("Thought for 12 s");
    await wrapper.find(".reasoning-head").trigger("click");
    expect(wrapper.find(hook("reasoning")).text()).toContain("Because.");
  });
});

describe("the composer", () => {
  const press = (keys: object): Promise<void> => wrapper.find(hook("composer")).trigger("keydown", { key: "Enter", keyCode: 13, ...keys });
  let send: ReturnType<typeof vi.spyOn>;

  beforeEach(() => {
    useUser().user = { id: 7, username: "ann", preferences: {} } as User;
    send = vi.spyOn(useConversation(), "send").mockImplementation(() => undefined);
    useConversation().reset();
    show(ChatComposer);
  });

  it("sends with Enter, and not with Shift+Enter or in a composition", async () => {
    await wrapper.find(hook("composer")).setValue("  Hello  ");
    await press({ shiftKey: true });
    await press({ isComposing: true });
    await press({ keyCode: 229 });
    expect(send).not.toHaveBeenCalled();
    await press({});
    expect(send).toHaveBeenCalledExactlyOnceWith("Hello", { attachments: [], draft_version: 0 });
    expect((wrapper.find(hook("composer")).element as HTMLTextAreaElement).value).toBe("");
  });

  it("sends with Ctrl+Enter when that is the setting", async () => {
    useUser().user = { ...useUser().user!, preferences: { send_key: "ctrl_enter" } };
    await wrapper.find(hook("composer")).setValue("Hello");
    await press({});
    expect(send).not.toHaveBeenCalled();
    await press({ ctrlKey: true });
    expect(send).toHaveBeenCalledTimes(1);
  });

  it("does not send nothing, nor more than fits", async () => {
    await wrapper.find(hook("composer")).setValue("   ");
    await press({});
    await wrapper.find(hook("composer")).setValue("x".repeat(100_001));
    await press({});
    expect(send).not.toHaveBeenCalled();
    expect(wrapper.find(hook("composer-note")).text()).toBe("Too long: 100,001 / 100,000 characters");
  });

  it("keeps what was not sent", async () => {
    await wrapper.find(hook("composer")).setValue("unfinished");
    wrapper.unmount();
    show(ChatComposer);
    expect((wrapper.find(hook("composer")).element as HTMLTextAreaElement).value).toBe("unfinished");
  });
});

describe("a row of the list", () => {
  it.each(["pointerenter", "focus"])("tells its whole title, its last line and its time on %s", async (event) => {
    const session = storedSession({ title: "A long title that is cut off", preview: "And what is said last?" });
    show(SessionRow, { session, line: "s1", stop: true });
    const link = wrapper.get("a");
    expect(link.attributes("title")).toBeUndefined();
    await link.trigger(event);
    const [title, preview, time] = link.attributes("title")!.split("\n");
    expect([title, preview, time?.includes("2026")]).toEqual(["A long title that is cut off", "And what is said last?", true]);
  });
});

describe("leaving before the server has taken a message", () => {
  it("keeps it to be sent again", async () => {
    useUser().user = { id: 8, username: "ann", preferences: {} } as User;
    vi.restoreAllMocks();
    openOutbox(8);
    useConversation().reset();
    show(ChatComposer);
    await wrapper.find(hook("composer")).setValue("Do not lose me");
    await wrapper.find(hook("composer")).trigger("keydown", { key: "Enter", keyCode: 13 });
    expect(waiting().map(({ action }) => action)).toMatchObject([{ type: "send", message: "Do not lose me" }]);
    openOutbox(null);
  });
});

describe("signing in", () => {
  it("says in place what the server says", async () => {
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ detail: "Wrong name or password.", code: "invalid_credentials" }), { status: 401 }));
    show(LoginPage);
    await wrapper.find(hook("login-username")).setValue("ann");
    await wrapper.find(hook("login-password")).setValue("x");
    await wrapper.find(hook("login-form")).trigger("submit");
    await flushPromises();
    expect(wrapper.find(hook("form-error")).text()).toBe("Wrong name or password.");
  });

  it("can show the password", async () => {
    show(LoginPage);
    await wrapper.find(hook("password-eye")).trigger("click");
    expect(wrapper.find(hook("login-password")).attributes("type")).toBe("text");
  });
});

describe("a person without a picture", () => {
  it.each([["小明15534", "明"], ["ann", "A"], ["Ann Lee", "AL"], ["j.doe", "JD"], ["欧阳 娜娜", "娜"]])("%s is drawn as %s", (name, initials) => {
    expect(show(UserAvatar, { name }).text()).toBe(initials);
  });
});
