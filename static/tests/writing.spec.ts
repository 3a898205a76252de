/** What is written before it is a message: drafts, attachments, the queue, the outbox, what is left. */
import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";

import { withUnsent } from "@/chat/unsent";
import { EMPTY } from "@/chat/reducer";
import { isLong, useAttach } from "@/composables/useAttach";
import { useDraftSync, WAIT_MS } from "@/composables/useDraftSync";
import { useImeGuard } from "@/composables/useImeGuard";
import { useQueue } from "@/composables/useQueue";
import { i18n, loadLocale, loadTexts } from "@/i18n";
import { openOutbox, Pending, waiting } from "@/lib/transport/outbox";
import { readDraft, writeDraft } from "@/lib/writing/drafts";
import { isLow } from "@/lib/writing/quota";
import { useChanges } from "@/stores/changes";
import { useConversation } from "@/stores/conversation";
import { useUser } from "@/stores/user";
import { useWriting } from "@/stores/writing";
import type { Attachment, User } from "@/types/api";
import { detail, storedMessage } from "./helpers";

const file = (id: string): Attachment => ({ document_id: id, name: `${id}.txt`, media_type: "text/plain", size: 3, chars: 3 });
const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
let wrapper: VueWrapper | undefined;

/** Runs a composable inside a component. */
function within<T>(setup: () => T): T {
  let result!: T;
  wrapper = mount(defineComponent({ setup: () => ((result = setup()), () => h("div")) }), { global: { plugins: [i18n] } });
  return result;
}

beforeEach(async () => {
  localStorage.clear();
  setActivePinia(createPinia());
  useUser().user = { id: 7, username: "ann", preferences: {} } as User;
  await loadLocale("en");
  await loadTexts("writing");
});
afterEach(() => {
  wrapper?.unmount();
  wrapper = undefined;
  openOutbox(null);
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a draft in this browser", () => {
  it("belongs to its conversation, with its attachments", () => {
    const writing = useWriting();
    writing.open("a", false);
    writing.fill("half", [file("x")]);
    writing.save();
    writing.open("b", false);
    expect([writing.text, writing.attaching]).toEqual(["", []]);
    writing.open("a", false);
    expect([writing.text, writing.attachments, writing.dirty]).toEqual(["half", [file("x")], true]);
  });

  it("goes along when the conversation is born, and leaves nothing behind", () => {
    const writing = useWriting();
    writing.open(null, false);
    writing.text = "typed while the first answer began";
    writing.open("born", true);
    expect(writing.text).toBe("typed while the first answer began");
    expect([readDraft(7, null).text, readDraft(7, "born").text]).toEqual(["", "typed while the first answer began"]);
  });

  it("is empty where nothing readable is stored", () => {
    localStorage.setItem("aihelper.draft.7.a", "{broken");
    expect(readDraft(7, "a").text).toBe("");
    writeDraft(7, "a", { text: "", attachments: [], version: 0, dirty: false, at: 5 });
    expect(localStorage.getItem("aihelper.draft.7.a")).toBeNull();
  });
});

describe("a draft on the server", () => {
  const stored = (text: string, version: number): object => ({ session_id: "a", text, attachments: [], version, update_time: "2026-11-21T10:00:00Z" });
  let asked: [string, unknown][] = [];
  let answer: () => Response = () => json(stored("", 0));

  async function begin(): Promise<ReturnType<typeof useDraftSync>> {
    vi.useFakeTimers();
    asked = [];
    answer = () => json(stored("", 0));
    vi.stubGlobal("fetch", async (_path: string, options: RequestInit) => {
      asked.push([options.method!, options.body ? JSON.parse(options.body as string) : null]);
      return answer();
    });
    useWriting().open("a", false);
    const sync = within(() => useDraftSync(() => true));
    await vi.advanceTimersByTimeAsync(0);
    return sync;
  }

  it("is written when the keys rest, once", async () => {
    await begin();
    const writing = useWriting();
    answer = () => json(stored("Hello", 1));
    for (const text of ["H", "He", "Hello"]) {
      writing.text = text;
      await vi.advanceTimersByTimeAsync(WAIT_MS / 2);
    }
    await vi.advanceTimersByTimeAsync(WAIT_MS);
    expect(asked).toEqual([["GET", null], ["PUT", { text: "Hello", attachments: [], version: 0 }]]);
    expect([writing.dirty, writing.version]).toEqual([false, 1]);
  });

  it("keeps what is typed here and offers what another device wrote", async () => {
    const { other, useOther } = await begin();
    const writing = useWriting();
    const answers = [json({ code: "draft_conflict", detail: "", draft: stored("theirs", 4) }, 409), json(stored("ours", 5))];
    answer = () => answers.shift()!;
    writing.text = "ours";
    await vi.advanceTimersByTimeAsync(3 * WAIT_MS);
    expect(asked.at(-1)).toEqual(["PUT", { text: "ours", attachments: [], version: 4 }]);
    expect([writing.text, other.value?.text]).toEqual(["ours", "theirs"]);
    useOther();
    expect([writing.text, other.value?.text]).toEqual(["theirs", "ours"]);
  });

  it("says nothing when the other version is the one that was sent or a part of ours", async () => {
    const { other } = await begin();
    for (const theirs of ["", "our"]) {
      const answers = [json({ code: "draft_conflict", detail: "", draft: stored(theirs, 4) }, 409), json(stored("ours", 5))];
      answer = () => answers.shift() ?? json(stored("ours", 6));
      useWriting().text = `ours${theirs}`;
      await vi.advanceTimersByTimeAsync(3 * WAIT_MS);
      expect(other.value).toBeNull();
    }
  });

  it("follows other devices, but not under somebody's hands", async () => {
    await begin();
    const writing = useWriting();
    answer = () => json(stored("from the phone", 3));
    useChanges().tell("draft:a");
    await vi.advanceTimersByTimeAsync(10);
    expect(writing.text).toBe("from the phone");
    answer = () => json(stored("more from the phone", 4));
    useChanges().tell("draft:a");
    await vi.advanceTimersByTimeAsync(10);
    expect(writing.text).toBe("from the phone");
    answer = () => json(stored("", 5));
    useChanges().tell("draft:a");
    await vi.advanceTimersByTimeAsync(10);
    expect(writing.text).toBe("");
  });

  it("stays here while there is no network, and goes when the page is left", async () => {
    await begin();
    answer = () => {
      throw new TypeError("network");
    };
    useWriting().text = "kept";
    useWriting().save();
    await vi.advanceTimersByTimeAsync(WAIT_MS + 1);
    expect(readDraft(7, "a")).toMatchObject({ text: "kept", dirty: true });
    window.dispatchEvent(new Event("pagehide"));
    expect(asked.at(-1)).toEqual(["PUT", { text: "kept", attachments: [], version: 0 }]);
  });
});

describe("attachments", () => {
  it("are made of long texts only", () => {
    expect([isLong("x".repeat(4000)), isLong("x".repeat(4001)), isLong("\n".repeat(79)), isLong("\n".repeat(80))]).toEqual([false, true, false, true]);
  });

  it("say what became of them, and can be tried again", async () => {
    const answers = [json({ detail: "Not now.", code: "unavailable" }, 503), json(file("x"), 201)];
    vi.stubGlobal("fetch", async () => answers.shift());
    const { addText, retry } = within(useAttach);
    const writing = useWriting();
    addText("a long text");
    expect(writing.uploading).toBe(true);
    await flushPromises();
    expect([writing.broken, writing.attaching[0]!.error]).toEqual([true, "Not now."]);
    retry(writing.attaching[0]!.key);
    await flushPromises();
    expect(writing.attachments).toEqual([file("x")]);
  });

  it("turn back into text without asking the server for it", async () => {
    vi.stubGlobal("fetch", vi.fn(async () => json(file("x"), 201)));
    const { addText, toText } = within(useAttach);
    const writing = useWriting();
    writing.text = "Look:";
    addText("a long text");
    await flushPromises();
    await toText(writing.attaching[0]!.key);
    expect([writing.text, writing.attaching]).toEqual(["Look:\n\na long text", []]);
  });

  it("are refused here when they are too large, without a request", () => {
    const fetch = vi.fn();
    vi.stubGlobal("fetch", fetch);
    within(useAttach).addFiles([new File(["x".repeat(1024 * 1024 + 1)], "large.txt")]);
    expect(useWriting().broken).toBe(true);
    expect(fetch).not.toHaveBeenCalled();
  });

  it("leave a pasted text alone when the person prefers so", () => {
    const { onPaste } = within(useAttach);
    const paste = (): boolean => {
      const event = { clipboardData: { getData: () => "x\n".repeat(100), files: [] }, preventDefault: vi.fn() };
      onPaste(event as unknown as ClipboardEvent);
      return event.preventDefault.mock.calls.length > 0;
    };
    vi.stubGlobal("fetch", async () => json(file("x"), 201));
    expect(paste()).toBe(true);
    useUser().user = { ...useUser().user!, preferences: { paste_as_file: false } };
    expect(paste()).toBe(false);
  });
});

describe("the queue", () => {
  async function open(status: "completed" | "failed" | "running"): Promise<ReturnType<typeof vi.spyOn>> {
    const conversation = useConversation();
    vi.stubGlobal("fetch", async () => json(detail([storedMessage({ message_id: 1, role: "user" }), storedMessage({ message_id: 2, status, generation_id: "g" })])));
    await conversation.open("s1");
    useWriting().open("s1", false);
    return vi.spyOn(conversation, "send").mockImplementation(() => undefined);
  }

  it("sends one by one, each with the id that it got when it was queued", async () => {
    const send = await open("completed");
    const writing = useWriting();
    writing.enqueue({ text: "one", attachments: [file("x")] });
    const { client_id } = writing.queue[0]!;
    within(useQueue);
    await flushPromises();
    expect(send).toHaveBeenCalledExactlyOnceWith("one", { client_id, attachments: [file("x")] });
    expect(writing.queue).toEqual([]);
  });

  it("waits for the answer, and for a word after a failure", async () => {
    for (const status of ["running", "failed"] as const) {
      setActivePinia(createPinia());
      useUser().user = { id: 7, username: "ann", preferences: {} } as User;
      const send = await open(status);
      const writing = useWriting();
      writing.enqueue({ text: status, attachments: [] });
      const { sendNow } = within(useQueue);
      await flushPromises();
      expect(send).not.toHaveBeenCalled();
      expect(writing.held).toBe(status === "failed");
      if (status === "failed") {
        sendNow();
        expect(send).toHaveBeenCalledTimes(1);
      }
      wrapper!.unmount();
      localStorage.clear();
    }
  });

  it("is there after a reload, in order, and the same in another tab", async () => {
    await open("running");
    const writing = useWriting();
    for (const text of ["one", "two", "three"]) writing.enqueue({ text, attachments: [] });
    const ids = writing.queue.map(({ client_id }) => client_id);
    setActivePinia(createPinia());
    useUser().user = { id: 7, username: "ann", preferences: {} } as User;
    useWriting().open("s1", false);
    expect(useWriting().queue.map(({ text }) => text)).toEqual(["one", "two", "three"]);
    expect(useWriting().queue.map(({ client_id }) => client_id)).toEqual(ids);
  });
});

describe("the outbox", () => {
  const SEND = { type: "send", client_id: "c", message: "Hi" } as const;

  it("keeps what somebody wrote until it was accepted, for its owner", () => {
    openOutbox(7);
    const pending = new Pending();
    pending.add(SEND, [file("x")]);
    pending.add({ type: "regenerate", client_id: "r", message_id: 5 }, []);
    expect(waiting().map(({ action }) => action)).toEqual([SEND]);
    openOutbox(8);
    expect(waiting()).toEqual([]);
    openOutbox(7);
    const later = new Pending();
    later.load();
    expect([...later.keys()]).toEqual(["c"]);
    later.delete("c");
    expect(waiting()).toEqual([]);
  });

  it("is shown again where it was sent, once", () => {
    const list = [{ action: SEND, attachments: [file("x")], at: 5 }, { action: { ...SEND, client_id: "d", session_id: "s1" }, attachments: [], at: 6 }];
    const fresh = withUnsent(EMPTY, list, null);
    expect(fresh.messages.map(({ role, client_id, content }) => [role, client_id, content])).toEqual([["user", "c", "Hi"], ["assistant", "c", ""]]);
    expect(fresh.messages[0]!.attachments).toEqual([file("x")]);
    expect(withUnsent(fresh, list, null)).toBe(fresh);
    expect(withUnsent(EMPTY, list, "s1").messages.map(({ client_id }) => client_id)).toEqual(["d", "d"]);
  });

  it("keeps the second model with the message, and shows its column again", () => {
    openOutbox(7);
    new Pending().add({ ...SEND, model_id: "m1", beside_model_id: "m2" }, []);
    const later = new Pending();
    later.load();
    expect(later.get("c")).toMatchObject({ beside_model_id: "m2" });
    expect(withUnsent(EMPTY, waiting(), null).messages.map(({ model_id }) => model_id)).toEqual([null, "m1", "m2"]);
    later.delete("c");
  });
});

describe("what is left", () => {
  const quota = (remaining: number, warn: boolean, unit: "messages" | "tokens" = "messages"): Parameters<typeof isLow>[0] =>
    ({ limit: 1000, used: 1000 - remaining, remaining, unit, warn, resets_at: null });

  it.each([[quota(21, false), false], [quota(200, true), true], [quota(5, false), true], [quota(5, false, "tokens"), false], [quota(300, true, "tokens"), true], [null, false]])("%j", (value, low) => {
    expect(isLow(value)).toBe(low);
  });
});

describe("the input method's Enter", () => {
  it("is known inside, by its mark, and for a moment after Safari has ended the composition", () => {
    let now = 1000;
    const guard = useImeGuard(() => now);
    const enter = (fields = {}): boolean => guard.composing({ isComposing: false, keyCode: 13, ...fields });
    expect([enter(), enter({ isComposing: true }), enter({ keyCode: 229 })]).toEqual([false, true, true]);
    guard.onCompositionStart();
    expect(enter()).toBe(true);
    guard.onCompositionEnd();
    now += 59;
    expect(enter()).toBe(true);
    now += 2;
    expect(enter()).toBe(false);
  });
});
