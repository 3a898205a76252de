/** What is left of a person's writing when they sign out: nothing here, and the drafts on the server. */
import { flushPromises, mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";

import { signOut } from "@/composables/signOut";
import type { Boot } from "@/boot";
import { useDraftSync } from "@/composables/useDraftSync";
import { loadLocale } from "@/i18n";
import { request } from "@/lib/transport/api";
import { farewell, forgetFarewell, isFarewellDue, rememberFarewell, settleFarewell } from "@/lib/transport/farewell";
import { openOutbox, Pending, waiting } from "@/lib/transport/outbox";
import { writeDraft } from "@/lib/writing/drafts";
import { router } from "@/router";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import { useWriting } from "@/stores/writing";
import type { User } from "@/types/api";

const person = (id: number): User => ({ id, username: `p${id}`, preferences: {} }) as User;
const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
const kept = (user: number): string[] => Object.keys(localStorage).filter((name) => name.includes(`.${user}.`));
const draft = (text: string, version: number): object => ({ session_id: "a", text, attachments: [], version, update_time: "2026-11-21T10:00:00Z" });
const asked: [string, unknown][] = [];
const answerAll = (path: string): Response => (path === "/api/logout" ? new Response(null, { status: 204 }) : json({}));
let answer: (path: string, body: { text: string; version: number }) => Response | Promise<Response>;

/** What the person is asked; null when it was just done. */
function question(): { text: string; run: () => Promise<void> } | null {
  const open = useUi().dialog;
  return open?.name === "confirm" ? (open.props as { text: string; run: () => Promise<void> }) : null;
}

beforeEach(async () => {
  localStorage.clear();
  setActivePinia(createPinia());
  useUser().user = person(7);
  openOutbox(7);
  await loadLocale("en");
  asked.length = 0;
  answer = (path, body) => (path === "/api/logout" ? new Response(null, { status: 204 }) : json(draft(body.text, body.version + 1)));
  vi.stubGlobal("fetch", async (path: string, options: RequestInit) => {
    const body = options.body ? JSON.parse(options.body as string) : null;
    asked.push([`${options.method} ${path}`, body]);
    return answer(path, body);
  });
  vi.spyOn(router, "push").mockResolvedValue(undefined);
});
afterEach(() => {
  forgetFarewell();
  openOutbox(null);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("signing out", () => {
  it("stores all drafts, asks nothing, and leaves nothing here", async () => {
    writeDraft(7, "old", { text: "left there", attachments: [], version: 2, dirty: true, at: 1 });
    writeDraft(7, "known", { text: "known there", attachments: [], version: 3, dirty: false, at: 1 });
    writeDraft(8, null, { text: "another one's", attachments: [], version: 0, dirty: true, at: 1 });
    localStorage.setItem("aihelper.edit.7.12", "a question, half written anew");
    const writing = useWriting();
    writing.open("a", false);
    writing.text = "just typed";
    await signOut();
    expect(question()).toBeNull();
    expect(asked.slice(0, -1).sort()).toEqual([
      ["PUT /api/chat/drafts/a", { text: "just typed", attachments: [], version: 0 }],
      ["PUT /api/chat/drafts/old", { text: "left there", attachments: [], version: 2 }],
    ]);
    expect(asked.at(-1)![0]).toBe("POST /api/logout");
    expect([kept(7), writing.text, useUser().user]).toEqual([[], "", null]);
    expect(kept(8)).toHaveLength(1);
    expect(router.push).toHaveBeenCalledExactlyOnceWith("/login");
  });

  it("waits for nothing that was being read", async () => {
    vi.stubGlobal("fetch", (path: string, { method, signal }: RequestInit) => {
      if (method !== "GET") return Promise.resolve(answerAll(path));
      return new Promise((_done, fail) => signal!.addEventListener("abort", () => fail(signal!.reason as Error)));
    });
    const reading = request("GET", "/api/chat/sessions").catch((cause: unknown) => cause);
    await signOut();
    expect(await reading).toMatchObject({ code: "ended" });
    expect(useUi().notices).toEqual([]);
  });

  it("asks before messages are lost, and loses none when the person stays", async () => {
    new Pending().add({ type: "send", client_id: "c", message: "Hi" }, []);
    const writing = useWriting();
    writing.open("a", false);
    writing.enqueue({ text: "next", attachments: [] });
    await signOut();
    expect(question()!.text).toBe("2 messages have not been sent yet; they will be deleted.");
    expect(asked).toEqual([]);
    expect([waiting().length, writing.queue.length]).toEqual([1, 1]);
    await question()!.run();
    expect([kept(7), writing.queue, useUser().user]).toEqual([[], [], null]);
  });

  it("asks before a draft is lost that the server does not take", async () => {
    answer = (path) => {
      if (path === "/api/logout") return new Response(null, { status: 204 });
      throw new TypeError("network");
    };
    const writing = useWriting();
    writing.open(null, false);
    writing.text = "only here";
    await signOut();
    expect(question()!.text).toBe("What you are writing could not be stored on the server; it will be deleted here.");
    expect(kept(7)).toHaveLength(1);
    await question()!.run();
    expect(kept(7)).toEqual([]);
  });

  it("keeps what another device wrote meanwhile, together with what was written here", async () => {
    const answers = [json({ code: "draft_conflict", detail: "", draft: draft("theirs", 4) }, 409), json(draft("ours\n\ntheirs", 5)), new Response(null, { status: 204 })];
    answer = () => answers.shift()!;
    writeDraft(7, "a", { text: "ours", attachments: [], version: 1, dirty: true, at: 1 });
    await signOut();
    expect(asked[1]).toEqual(["PUT /api/chat/drafts/a", { text: "ours\n\ntheirs", attachments: [], version: 4 }]);
    expect([question(), kept(7)]).toEqual([null, []]);
  });
});

describe("signing out while the server is out of reach", () => {
  const boot = (id: number | null): Boot => ({ user: id === null ? null : person(id), offline: false }) as Boot;
  const logouts = (): number => asked.filter(([route]) => route === "POST /api/logout").length;
  const away = (): never => {
    throw new TypeError("network");
  };

  it("is said, remembered, and told when the connection is back", async () => {
    answer = away;
    await signOut();
    expect([useUser().user, isFarewellDue(), useUi().notices[0]!.text]).toEqual([null, true, expect.stringContaining("next connection")]);
    answer = answerAll;
    window.dispatchEvent(new Event("online"));
    await vi.waitFor(() => expect(isFarewellDue()).toBe(false));
    expect(logouts()).toBe(2);
    window.dispatchEvent(new Event("online"));
    expect(logouts()).toBe(2);
  });

  it("holds for a page that is opened later, whoever the server takes it for", async () => {
    rememberFarewell(7);
    const page = boot(7);
    settleFarewell(page);
    expect(page.user).toBeNull();
    await vi.waitFor(() => expect(isFarewellDue()).toBe(false));
    expect(logouts()).toBe(1);
  });

  it.each([null, 8])("is forgotten where the session is over: %s", (id) => {
    rememberFarewell(7);
    const page = boot(id);
    settleFarewell(page);
    expect([page.user?.id ?? null, isFarewellDue(), logouts()]).toEqual([id, false, 0]);
  });

  it("is told before somebody signs in", async () => {
    rememberFarewell(7);
    answer = (path) => (path === "/api/user/info" ? json(person(8)) : answerAll(path));
    await useUser().login("p8", "secret");
    expect(asked.map(([route]) => route)).toEqual(["POST /api/logout", "POST /api/login", "GET /api/user/info"]);
    expect([useUser().user!.id, isFarewellDue()]).toEqual([8, false]);
  });

  it("is tried again after an answer that may pass, and not after one that says that there is no session", async () => {
    rememberFarewell(7);
    answer = () => json({ detail: "Later.", code: "unavailable" }, 503);
    await farewell();
    expect(isFarewellDue()).toBe(true);
    answer = () => json({ detail: "Sign in.", code: "not_authenticated" }, 401);
    await farewell();
    expect(isFarewellDue()).toBe(false);
  });
});

describe("the next person", () => {
  it("sees and sends nothing of one whose session ended, not even what comes late", async () => {
    writeDraft(7, null, { text: "a secret", attachments: [], version: 1, dirty: true, at: 1 });
    new Pending().add({ type: "send", client_id: "c", message: "Hi" }, []);
    const writing = useWriting();
    writing.open(null, false);
    writing.enqueue({ text: "next", attachments: [], session: "a" });
    let arrive!: (response: Response) => void;
    answer = () => new Promise((done) => (arrive = done));
    const first = mount(defineComponent({ setup: () => (useDraftSync(() => false), () => h("div")) }));
    const late = arrive;
    // The session ends; somebody else signs in.
    answer = () => json({ detail: "Sign in.", code: "not_authenticated" }, 401);
    useUser().user = null;
    openOutbox(null);
    first.unmount();
    useUser().user = person(8);
    openOutbox(8);
    const pending = new Pending();
    pending.load();
    writing.open(null, false);
    late(json({ ...draft("another secret", 9), session_id: null }));
    await flushPromises();
    expect([writing.text, writing.version, writing.queue, writing.queuedEverywhere(), waiting(), pending.size]).toEqual(["", 0, [], [], [], 0]);
    expect(kept(8)).toEqual([]);
    expect(kept(7)).toHaveLength(3);
  });
});
