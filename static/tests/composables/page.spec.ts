/** What the page does about the open conversation beside showing it: the tab's name, the mark of what is unread. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick } from "vue";

import { usePageTitle } from "@/composables/usePageTitle";
import { useRead } from "@/composables/useRead";
import { loadLocale } from "@/i18n";
import { useConversation } from "@/stores/conversation";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import type { Session } from "@/types/api";

import { detail, Refusal, serve, storedSession } from "../helpers";
import { hosted } from "../host";

type Answers = Parameters<typeof serve>[0];
let answers: Answers = {};
let asked: ReturnType<typeof serve>["asked"] = [];

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
  answers = {};
  ({ asked } = serve(answers));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function open(id: string, fields: Partial<Session> = {}): Promise<void> {
  const session = storedSession({ session_id: id, ...fields });
  useSessions().upsert(session);
  answers[`GET /api/chat/session/${id}`] = () => ({ ...detail([]), session });
  await useConversation().open(id);
}

describe("the name of the tab", () => {
  it("is that of the conversation, as long as there is one", async () => {
    const { unmount } = hosted(usePageTitle);
    expect(document.title).toBe("AI Helper");
    await open("s1", { title: "Rivers" });
    await nextTick();
    expect(document.title).toBe("Rivers · AI Helper");
    useSessions().adjust("s1", { title: "Lakes" });
    await nextTick();
    expect(document.title).toBe("Lakes · AI Helper");
    useSessions().adjust("s1", { title: "" });
    await nextTick();
    expect(document.title).toBe("AI Helper");
    useSessions().adjust("s1", { title: "Seas" });
    await nextTick();
    unmount();
    expect(document.title).toBe("AI Helper");
  });
});

describe("what is unread", () => {
  const PATCH = "PATCH /api/chat/session/s1";
  const told = (): unknown[] => asked.filter(([route]) => route.startsWith("PATCH"));
  const unread = (): boolean => useSessions().find("s1")!.unread;
  const state = vi.fn<() => DocumentVisibilityState>();
  /** Somebody looks at the page, or away from it. */
  function look(now: DocumentVisibilityState): void {
    state.mockReturnValue(now);
    document.dispatchEvent(new Event("visibilitychange"));
  }
  /** Time enough for what must not happen. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve));
  }

  beforeEach(() => {
    state.mockReturnValue("visible");
    vi.spyOn(document, "visibilityState", "get").mockImplementation(state);
    answers[PATCH] = () => storedSession({ unread: false });
  });

  it("is read once it is before somebody's eyes, and told once", async () => {
    hosted(useRead);
    await open("s1", { unread: true });
    await vi.waitFor(() => expect([told(), unread()]).toEqual([[[PATCH, { unread: false }]], false]));
    await settle();
    useSessions().hear(storedSession({ unread: true }));
    await vi.waitFor(() => expect([told().length, unread()]).toEqual([2, false]));
  });

  it("stays unread in a tab that nobody sees, until somebody looks", async () => {
    state.mockReturnValue("hidden");
    hosted(useRead);
    await open("s1", { unread: true });
    await settle();
    expect(told()).toEqual([]);
    look("visible");
    await vi.waitFor(() => expect(told()).toHaveLength(1));
  });

  it("says nothing of what is read already", async () => {
    hosted(useRead);
    await open("s1");
    await settle();
    expect(told()).toEqual([]);
  });

  it("stays marked when that could not be told, and is told at the next look, not over and over", async () => {
    answers[PATCH] = () => new Refusal(503, "Busy.");
    hosted(useRead);
    await open("s1", { unread: true });
    await vi.waitFor(() => expect([told().length, unread()]).toEqual([1, true]));
    await settle();
    expect(told()).toHaveLength(1);
    answers[PATCH] = () => storedSession({ unread: false });
    look("hidden");
    look("visible");
    await vi.waitFor(() => expect([told().length, unread()]).toEqual([2, false]));
  });

  it("is told when the connection is back", async () => {
    answers[PATCH] = () => new Refusal(503, "Busy.");
    useUi().link = "offline";
    hosted(useRead);
    await open("s1", { unread: true });
    await vi.waitFor(() => expect([told().length, unread()]).toEqual([1, true]));
    answers[PATCH] = () => storedSession({ unread: false });
    useUi().link = "connecting";
    await settle();
    expect(told()).toHaveLength(1);
    useUi().link = "live";
    await vi.waitFor(() => expect([told().length, unread()]).toEqual([2, false]));
    // A connection that comes and goes is no reason by itself.
    useUi().link = "reconnecting";
    await settle();
    useUi().link = "live";
    await settle();
    expect(told()).toHaveLength(2);
  });

  it("is told when the conversation is opened again", async () => {
    answers[PATCH] = () => new Refusal(503, "Busy.");
    hosted(useRead);
    await open("s1", { unread: true });
    await vi.waitFor(() => expect([told().length, unread()]).toEqual([1, true]));
    await open("s2");
    await useConversation().open("s1");
    await vi.waitFor(() => expect(told()).toHaveLength(2));
  });

  it("is nobody's business when the page is gone", async () => {
    state.mockReturnValue("hidden");
    const { unmount } = hosted(useRead);
    await open("s1", { unread: true });
    unmount();
    look("visible");
    await settle();
    expect(told()).toEqual([]);
  });
});
