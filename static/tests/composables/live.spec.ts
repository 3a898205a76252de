/** What comes by itself while somebody is signed in: to which store it goes, and what is left when they go. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from "vitest";

import { useLive } from "@/composables/useLive";
import { loadLocale } from "@/i18n";
import type { HubEvents } from "@/lib/transport/hub";
import { openOutbox, Pending, waiting } from "@/lib/transport/outbox";
import { useChanges } from "@/stores/changes";
import { useConversation } from "@/stores/conversation";
import { useFolders } from "@/stores/folders";
import { useLink } from "@/stores/link";
import { useModels } from "@/stores/models";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import type { Message, ServerEvent, User } from "@/types/api";

import { detail, Refusal, serve, storedMessage, storedSession, type Served } from "../helpers";
import { hosted } from "../host";

const SESSION = "GET /api/chat/session/s1";
const person = (fields: Partial<User> = {}): User => ({ id: 7, username: "ann", locale: "en", preferences: {}, ...fields }) as User;
let answers: Record<string, (body: unknown, path: string) => unknown>;
let server: Served;
let stored: Message[];

/** The page as `useLive` has joined it; `hub` is what the transport would say. */
function begin() {
  const link = useLink();
  const heard: Partial<HubEvents> = {};
  vi.spyOn(link, "listen").mockImplementation((events) => void Object.assign(heard, events));
  const quiet = (name: "start" | "stop" | "attach"): MockInstance => vi.spyOn(link.hub, name).mockImplementation(() => undefined);
  const [start, stop, attach] = [quiet("start"), quiet("stop"), quiet("attach")];
  const [onSignedOut, onGone] = [vi.fn(), vi.fn()];
  const { unmount } = hosted(() => useLive({ onSignedOut, onGone }));
  return { hub: heard as HubEvents, frame: (frame: ServerEvent) => heard.onFrame!(frame), start, stop, attach, onSignedOut, onGone, unmount };
}

async function open(): Promise<void> {
  await useConversation().open("s1");
  server.asked.length = 0;
}
const asked = (...routes: string[]): Promise<void> => vi.waitFor(() => expect(server.routes()).toEqual(expect.arrayContaining(routes)));

beforeEach(async () => {
  localStorage.clear();
  setActivePinia(createPinia());
  useUser().user = person();
  await loadLocale("en");
  stored = [storedMessage({ message_id: 1, role: "user" }), storedMessage({ message_id: 2, content: "Old" })];
  answers = {
    [SESSION]: () => detail(stored), "GET /api/user/info": () => person(), "GET /api/roles": () => ({ roles: [], default_role: "assistant" }),
    "GET /api/models": () => ({ models: [], providers: {}, default_model: null }), "GET /api/chat/folders": () => ({ folders: [] }),
    "GET /api/chat/sessions": () => ({ sessions: [], next: null }),
  };
  server = serve(answers);
});
afterEach(() => {
  openOutbox(null);
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a conversation that changed elsewhere", () => {
  it("appears, is renamed and goes in the list", () => {
    const { frame, onGone } = begin();
    frame({ type: "session", session: storedSession({ title: "One" }) });
    expect(useSessions().find("s1")?.title).toBe("One");
    frame({ type: "title", session_id: "s1", title: "Two" });
    expect(useSessions().find("s1")?.title).toBe("Two");
    frame({ type: "session_deleted", session_id: "s1" });
    expect([useSessions().find("s1"), onGone.mock.calls.length]).toEqual([undefined, 0]);
  });

  it("and is the open one: the page is told that it has gone", async () => {
    await open();
    const { frame, onGone } = begin();
    frame({ type: "session_deleted", session_id: "s1" });
    expect(onGone).toHaveBeenCalledTimes(1);
  });

  it("and was asked something there: the question is fetched, and its answer followed", async () => {
    await open();
    const { frame, attach } = begin();
    stored = [...stored, storedMessage({ message_id: 4, status: "running", generation_id: "g", offset: 3 })];
    frame({ type: "session", session: storedSession({ generating: "g" }) });
    await vi.waitFor(() => expect(attach).toHaveBeenCalledWith("g", 3));
    expect(server.routes()).toEqual([SESSION]);
    frame({ type: "session", session: storedSession({ generating: "g" }) });
    expect(server.routes()).toEqual([SESSION]);
  });

  it("and another branch was chosen there: it is fetched when it is open, and only then", async () => {
    await open();
    begin();
    useChanges().tell("tree:s2");
    expect(server.routes()).toEqual([]);
    stored = [storedMessage({ message_id: 9, role: "user", content: "The other" })];
    useChanges().tell("tree:s1");
    await vi.waitFor(() => expect(useConversation().messages.map(({ content }) => content)).toEqual(["The other"]));
  });
});

describe("what the server says of other things", () => {
  it.each([["folders", "GET /api/chat/folders"], ["roles", "GET /api/roles"], ["user", "GET /api/user/info"]])("is fetched anew: %s", async (what, route) => {
    const { frame } = begin();
    frame({ type: "changed", what });
    await asked(route);
  });

  it("is fetched for the trash only while that is shown", async () => {
    const { frame } = begin();
    frame({ type: "changed", what: "trash" });
    expect(server.routes()).toEqual([]);
    useSessions().view = "trash";
    frame({ type: "changed", what: "trash" });
    await asked("GET /api/chat/sessions?limit=50&trash=true");
  });

  it("brings the roles in the language that was chosen elsewhere", async () => {
    answers["GET /api/user/info"] = () => person({ locale: "zh-hans" });
    const { frame } = begin();
    frame({ type: "changed", what: "user" });
    await asked("GET /api/user/info", "GET /api/roles");
  });

  it("leaves what is there when it cannot be had", async () => {
    answers["GET /api/roles"] = () => new Refusal(503, "Busy.");
    useModels().roles = [{ slug: "teacher" } as never];
    const { frame } = begin();
    frame({ type: "changed", what: "roles" });
    await asked("GET /api/roles");
    expect([useModels().roles.length, useUi().notices]).toEqual([1, []]);
  });

  it("is said where it is a refusal, but not twice for what is sent", async () => {
    const { frame } = begin();
    const refused = { type: "error", code: "x", retryable: false, client_id: "c" } as const;
    frame({ ...refused, error: "The message says so itself.", action: "send" });
    frame({ ...refused, error: "An answer failed." });
    frame({ ...refused, error: "That cannot be stopped.", action: "stop" });
    expect(useUi().notices.map(({ text }) => text)).toEqual(["That cannot be stopped."]);
    frame({ ...refused, code: "model_not_found", error: "No such model.", action: "send" });
    await asked("GET /api/models");
  });

  it("tells who waits for the end of an answer", () => {
    const { frame } = begin();
    const told = vi.fn();
    useChanges().on("answered:s1", told);
    useUi().link = "live";
    frame({ type: "done", done: true, session_id: "s1", message_id: 2, generation_id: "g", finish_reason: "stop", usage: null, offset: 1 });
    expect(told).toHaveBeenCalledTimes(1);
  });

  it("brings the list after an answer where it does not come by itself, as long as the page is there", async () => {
    vi.useFakeTimers();
    const { frame, unmount } = begin();
    const renew = vi.spyOn(useSessions(), "renew").mockResolvedValue();
    const done = { type: "done", done: true, session_id: "s1", message_id: 2, generation_id: "g", finish_reason: "stop", usage: null, offset: 1 } as const;
    for (const [link, times] of [["live", 0], ["streaming", 0], ["fallback", 1]] as const) {
      useUi().link = link;
      frame(done);
      await vi.advanceTimersByTimeAsync(1000);
      expect(renew).toHaveBeenCalledTimes(times);
    }
    frame(done);
    unmount();
    await vi.advanceTimersByTimeAsync(1000);
    expect(renew).toHaveBeenCalledTimes(1);
  });
});

describe("the connection", () => {
  it("is shown, and after a break all is fetched anew", async () => {
    await open();
    const { hub } = begin();
    hub.onLink("reconnecting");
    expect(useUi().link).toBe("reconnecting");
    hub.onReconnect();
    await asked(SESSION, "GET /api/models", "GET /api/user/info", "GET /api/chat/folders");
  });

  it("says that the person is not signed in any more", () => {
    const { hub, onSignedOut } = begin();
    hub.onSignedOut();
    expect(onSignedOut).toHaveBeenCalledTimes(1);
  });

  it("shows again what was sent and never accepted, from this person's outbox", () => {
    openOutbox(7);
    new Pending().add({ type: "send", client_id: "c", message: "Still here" }, []);
    openOutbox(null);
    const { start } = begin();
    expect([start.mock.calls.length, waiting().length]).toEqual([1, 1]);
    expect(useConversation().messages.map(({ content }) => content)).toEqual(["Still here", ""]);
  });
});

describe("signing out", () => {
  it("ends all of it and leaves nothing of the person behind", async () => {
    await open();
    const { stop, unmount } = begin();
    useSessions().upsert(storedSession());
    let answer!: (body: unknown) => void;
    answers["GET /api/chat/folders"] = () => new Promise((done) => (answer = done));
    const loading = useFolders().load();
    unmount();
    answer({ folders: [{ folder_id: "f", name: "Secret", emoji: "", session_count: 1 }] });
    await loading;
    expect(stop).toHaveBeenCalledTimes(1);
    expect([useSessions().rows, useFolders().all, useConversation().messages, waiting()]).toEqual([[], [], [], []]);
    server.asked.length = 0;
    useChanges().tellAll();
    expect(server.routes()).toEqual([]);
  });
});
