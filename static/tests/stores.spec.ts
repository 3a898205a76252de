import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useConversation } from "@/stores/conversation";
import { useLink } from "@/stores/link";
import { useModels } from "@/stores/models";
import { UNDO_MS, useSessions } from "@/stores/sessions";
import { useUser } from "@/stores/user";
import type { ServerEvent, Session } from "@/types/api";

import { detail, storedMessage, storedSession } from "./helpers";

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

describe("the list of conversations", () => {
  const row = (id: string, minutes: number, fields: Partial<Session> = {}): Session =>
    storedSession({ session_id: id, update_time: new Date(Date.now() - minutes * 60_000).toISOString(), ...fields });

  it("is paged by cursor, without doubles", async () => {
    const sessions = useSessions();
    serve("GET /api/chat/sessions", (_body, path) =>
      path.includes("cursor=x") ? { sessions: [row("b", 2), row("c", 3)], next: null } : { sessions: [row("a", 1), row("b", 2)], next: "x" });
    await sessions.load();
    await sessions.load(true);
    await sessions.load(true);
    expect(sessions.rows.map((session) => session.session_id)).toEqual(["a", "b", "c"]);
    expect(calls).toHaveLength(2);
  });

  it("deletes after the time to undo, and not before", async () => {
    vi.useFakeTimers();
    const sessions = useSessions();
    serve("DELETE /api/chat/session/a", () => ({ message: "ok" }));
    sessions.upsert(row("a", 1));
    sessions.remove("a");
    expect(sessions.rows).toEqual([]);
    sessions.upsert(row("a", 0));
    expect(sessions.rows).toEqual([]);
    await vi.advanceTimersByTimeAsync(UNDO_MS - 1);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toEqual(["DELETE /api/chat/session/a"]);
  });

  it("takes a deletion back", async () => {
    vi.useFakeTimers();
    const sessions = useSessions();
    sessions.upsert(row("a", 1));
    sessions.remove("a");
    sessions.undo("a");
    await vi.advanceTimersByTimeAsync(UNDO_MS * 2);
    expect(sessions.rows).toHaveLength(1);
    expect(calls).toEqual([]);
  });

  it("deletes at once when the page goes, and shows again what could not be deleted", async () => {
    const sessions = useSessions();
    sessions.upsert(row("a", 1));
    sessions.remove("a");
    sessions.flush();
    await vi.waitFor(() => expect(sessions.rows).toHaveLength(1));
  });

  it("asks for a period in the reader's own days, and keeps others out", async () => {
    const sessions = useSessions();
    let asked: Record<string, string> = {};
    serve("POST /api/chat/history/time-range", (body) => {
      asked = body as Record<string, string>;
      return { sessions: [], next: null };
    });
    const day = new Date(2026, 10, 20);
    await sessions.filter({ from: day, to: day });
    expect(new Date(asked.start_time!).getTime()).toBe(day.getTime());
    expect(new Date(asked.end_time!).getTime()).toBe(new Date(2026, 10, 20, 23, 59, 59, 999).getTime());
    sessions.upsert(storedSession({ session_id: "x", update_time: new Date(2026, 10, 21, 8).toISOString() }));
    sessions.upsert(storedSession({ session_id: "y", update_time: new Date(2026, 10, 20, 22).toISOString() }));
    expect(sessions.rows.map((session) => session.session_id)).toEqual(["y"]);
  });

  it("puts a changed conversation where it belongs, pinned ones first", () => {
    const sessions = useSessions();
    ["a", "b"].forEach((id, index) => sessions.upsert(row(id, index + 1)));
    sessions.upsert(row("b", 0));
    sessions.upsert(row("c", 9, { pinned: true }));
    expect(sessions.rows.map((session) => session.session_id)).toEqual(["c", "b", "a"]);
    sessions.upsert(row("b", 0, { archived: true }));
    expect(sessions.rows.map((session) => session.session_id)).toEqual(["c", "a"]);
  });
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
    serve("PATCH /api/user/info", (body) => ({ ...stored, ...(body as object) }));
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
