import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useConversation } from "@/stores/conversation";
import { useLink } from "@/stores/link";
import { useModels } from "@/stores/models";
import { useUser } from "@/stores/user";
import type { ServerEvent } from "@/types/api";

import { detail, storedMessage } from "./helpers";

type Handler = (body: unknown, path: string) => unknown;
const routes = new Map<string, Handler>();
const calls: string[] = [];

function serve(route: string, handler: Handler): void {
  routes.set(route, handler);
}

beforeEach(() => {
  setActivePinia(createPinia());
  routes.clear();
  calls.length = 0;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const route = `${init.method} ${path.split("?")[0]}`;
    calls.push(route);
    const handler = routes.get(route);
    if (!handler) return new Response(JSON.stringify({ detail: "Not found.", code: "not_found" }), { status: 404 });
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : null;
    return new Response(JSON.stringify(handler(body, path)));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the open conversation", () => {
  const frames = (conversation: ReturnType<typeof useConversation>, ...list: ServerEvent[]): void => list.forEach(conversation.receive);

  it("is born from its first message, with the model and role chosen for it", async () => {
    const conversation = useConversation();
    const act = vi.spyOn(useLink().hub, "act").mockImplementation(() => undefined);
    const models = useModels();
    models.groups = [{ provider: "P", models: [{ model_id: "m", model_name: "M", description: "", context_window: null, max_tokens: null, capabilities: {} }] }];
    conversation.send("Hi");
    const action = act.mock.calls[0]![0];
    expect(action).toMatchObject({ type: "send", message: "Hi", model_id: "m", role: "assistant" });
    frames(conversation, {
      type: "start", session_id: "s9", message_id: 2, user_message_id: 1, generation_id: "g", model_id: "m", offset: 0, client_id: action.client_id,
    });
    await vi.waitFor(() => expect(conversation.key).toBe("s9"));
    expect(conversation.born).toBe("s9");
    expect(conversation.messages.map((message) => message.message_id)).toEqual([1, 2]);
  });

  it("shows the text so far and attaches from its offset", async () => {
    const conversation = useConversation();
    const attach = vi.spyOn(useLink().hub, "attach").mockImplementation(() => undefined);
    serve("GET /api/chat/session/s1", () =>
      detail([storedMessage({ message_id: 2, content: "Half", offset: 4, status: "running", generation_id: "g" })]));
    await conversation.open("s1");
    expect(conversation.status).toBe("ready");
    expect(conversation.messages[0]!.content).toBe("Half");
    expect(attach).toHaveBeenCalledWith("g", 4);
  });

  it("fetches again what was stopped, because it may be shorter than what was shown", async () => {
    const conversation = useConversation();
    vi.spyOn(useLink().hub, "attach").mockImplementation(() => undefined);
    let content = "Half an answ";
    let status: "running" | "stopped" = "running";
    serve("GET /api/chat/session/s1", () =>
      detail([storedMessage({ message_id: 2, content, offset: content.length, status, generation_id: "g" })]));
    await conversation.open("s1");
    [content, status] = ["Half an", "stopped"];
    frames(conversation, {
      type: "done", done: true, session_id: "s1", message_id: 2, generation_id: "g", finish_reason: "stopped", usage: null, offset: 7,
    });
    await vi.waitFor(() => expect(conversation.messages[0]!.content).toBe("Half an"));
  });

  it("tells a missing conversation from a server that does not answer", async () => {
    const conversation = useConversation();
    await conversation.open("nope");
    expect(conversation.status).toBe("missing");
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("down")));
    await conversation.open("other");
    expect(conversation.status).toBe("error");
  });

  it("asks a refused first question anew, and a failed answer again", () => {
    const conversation = useConversation();
    const act = vi.spyOn(useLink().hub, "act").mockImplementation(() => undefined);
    conversation.send("Hi");
    conversation.retry(conversation.messages[1]!);
    expect(act.mock.calls.map(([action]) => action.type)).toEqual(["send", "send"]);
    expect(conversation.messages).toHaveLength(2);
    expect(act.mock.calls[0]![0].client_id).not.toBe(act.mock.calls[1]![0].client_id);
  });

  it("sends a question that was warned of anyway, confirmed", () => {
    const conversation = useConversation();
    const act = vi.spyOn(useLink().hub, "act").mockImplementation(() => undefined);
    conversation.send("rude");
    conversation.sendAnyway(conversation.messages[1]!);
    expect(act.mock.calls.map(([action]) => "confirmed" in action && action.confirmed)).toEqual([false, true]);
    expect(conversation.messages).toHaveLength(2);
  });

  it("keeps an edit that was warned of until it is sent anyway or taken back", async () => {
    const conversation = useConversation();
    const act = vi.spyOn(useLink().hub, "act").mockImplementation(() => undefined);
    serve("GET /api/chat/session/s1", () => detail([storedMessage({ message_id: 1, role: "user", content: "kind" }), storedMessage({ message_id: 2, content: "Hi" })]));
    await conversation.open("s1");
    conversation.edit(1, "rude");
    const client_id = act.mock.calls[0]![0].client_id;
    conversation.apply({ type: "error", error: "Send it anyway?", code: "word_warning", retryable: false, action: "edit", client_id });
    expect(conversation.messages.map(({ content }) => content)).toEqual(["rude", ""]);
    conversation.sendAnyway(conversation.messages[1]!);
    expect(act.mock.calls[1]![0]).toMatchObject({ type: "edit", message_id: 1, message: "rude", confirmed: true });
  });

  it("asks two models by one action, and both again when that was refused", () => {
    const conversation = useConversation();
    const act = vi.spyOn(useLink().hub, "act").mockImplementation(() => undefined);
    conversation.compareWith = "m2";
    conversation.send("Which?");
    const action = act.mock.calls[0]![0];
    expect(action).toMatchObject({ type: "send", beside_model_id: "m2" });
    expect([conversation.compareWith, conversation.columns.map(({ model_id }) => model_id)]).toEqual([null, ["m2"]]);
    conversation.apply({ type: "error", error: "No room.", code: "too_many_runs", retryable: true, action: "send", client_id: action.client_id });
    conversation.retry(conversation.messages[1]!);
    expect(act.mock.calls.map(([{ type }]) => type)).toEqual(["send", "send"]);
    expect(act.mock.calls[1]![0]).toMatchObject({ message: "Which?", beside_model_id: "m2" });
    expect([conversation.messages.length, conversation.columns.length]).toEqual([2, 1]);
    conversation.send("And one?");
    expect((act.mock.lastCall![0] as { beside_model_id?: string }).beside_model_id).toBeUndefined();
  });

  it("stops at what was shown", async () => {
    const conversation = useConversation();
    vi.spyOn(useLink().hub, "attach").mockImplementation(() => undefined);
    const halt = vi.spyOn(useLink().hub, "halt").mockResolvedValue();
    serve("GET /api/chat/session/s1", () =>
      detail([storedMessage({ message_id: 2, content: "Half", offset: 4, status: "running", generation_id: "g" })]));
    await conversation.open("s1");
    await conversation.stop();
    expect(halt).toHaveBeenCalledWith("g", 4);
  });
});

describe("the person", () => {
  it("keeps preferences on the server, merged", async () => {
    const user = useUser();
    const stored = { id: 1, username: "ann", preferences: { theme: "dark" } };
    serve("GET /api/user/info", () => stored);
    serve("PATCH /api/user/info", (body) => ({ ...stored, preferences: { ...stored.preferences, ...(body as typeof stored).preferences } }));
    await user.fetchUser();
    expect(user.theme).toBe("dark");
    expect(document.documentElement.dataset.theme).toBe("dark");
    await user.prefer({ send_key: "ctrl_enter" });
    expect(user.preferences).toEqual({ theme: "dark", send_key: "ctrl_enter" });
  });

  it("saves one change after another, and ends with the last", async () => {
    const user = useUser();
    serve("GET /api/user/info", () => ({ id: 1, username: "ann", preferences: {} }));
    await user.fetchUser();
    let open = 0;
    const saved: unknown[] = [];
    vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
      expect((open += 1)).toBe(1);
      await new Promise((done) => setTimeout(done, 20 - 10 * saved.length));
      open -= 1;
      const { preferences } = JSON.parse(init.body as string) as { preferences: unknown };
      saved.push(preferences);
      return new Response(JSON.stringify({ id: 1, username: "ann", preferences }));
    });
    await Promise.all([user.setTheme("light"), user.setTheme("dark")]);
    expect(saved).toEqual([{ theme: "light" }, { theme: "dark" }]);
    expect(user.preferences).toEqual({ theme: "dark" });
  });
});
