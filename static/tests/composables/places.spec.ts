/** Places in a conversation: what comes in above, a message that is looked for, another version, all of it on paper. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { h, nextTick, ref } from "vue";

import type { ChatMessage } from "@/chat/types";
import { useOlder } from "@/composables/useOlder";
import { usePrint } from "@/composables/usePrint";
import { useReveal } from "@/composables/useReveal";
import { useSiblings } from "@/composables/useSiblings";
import { loadLocale } from "@/i18n";
import { router } from "@/router";
import { useConversation } from "@/stores/conversation";
import { useUi } from "@/stores/ui";
import type { Message } from "@/types/api";

import { detail, Refusal, serve, storedMessage } from "../helpers";
import { hosted } from "../host";

const S1 = "/api/chat/session/s1";
const answers: Parameters<typeof serve>[0] = {};
let server = serve(answers);

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
  for (const route of Object.keys(answers)) delete answers[route];
  server = serve(answers);
});
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Lets the clock run until something is done. */
async function through<T>(work: Promise<T>): Promise<T> {
  let over = false;
  work.then(() => (over = true), () => (over = true));
  while (!over) await vi.advanceTimersByTimeAsync(20);
  return work;
}

/** Messages `from`..`to`, one after another; 1 is a question. */
const thread = (from: number, to: number): Message[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at).map((id) => storedMessage({ message_id: id, seq: id, parent_id: id - 1 || null, role: id % 2 ? "user" : "assistant" }));
const ids = (): number[] => useConversation().messages.map(({ message_id }) => message_id);

describe("earlier messages", () => {
  const older = (before: number): string => `GET ${S1}?before=${before}&limit=40`;
  /** A list 100 px high that stands at `top`. */
  function list(top: number): ReturnType<typeof hosted<ReturnType<typeof useOlder>>> & { to: (top: number) => void } {
    const scroller = document.createElement("div");
    let now = top;
    Object.defineProperties(scroller, { clientHeight: { value: 100 }, scrollTop: { get: () => now } });
    const host = hosted(() => useOlder(ref(scroller)));
    return { ...host, to: (next) => {
      now = next;
      scroller.dispatchEvent(new Event("scroll"));
    } };
  }
  const pages = (): string[] => server.routes().filter((route) => route.includes("before="));

  beforeEach(async () => {
    answers[`GET ${S1}`] = () => detail(thread(7, 8), 7);
    answers[older(7)] = () => detail(thread(5, 6), 5);
    answers[older(5)] = () => detail(thread(1, 4), null);
    await useConversation().open("s1");
  });

  it("come before the reader gets there, and no sooner", async () => {
    const { to } = list(300);
    await nextTick();
    expect(pages()).toEqual([]);
    to(299);
    to(299);
    to(600);
    await vi.waitFor(() => expect(ids()).toEqual([5, 6, 7, 8]));
    await new Promise((resolve) => setTimeout(resolve));
    expect(pages()).toEqual([older(7)]);
  });

  it("come until there is enough above, or no more", async () => {
    list(0);
    await vi.waitFor(() => expect(ids()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(pages()).toEqual([older(7), older(5)]);
    expect(useConversation().state.next).toBeNull();
  });

  it("that do not come are asked for again by the reader alone", async () => {
    answers[older(7)] = () => new Refusal(503, "The server is busy.");
    const { made, to } = list(0);
    await vi.waitFor(() => expect(made.failure.value).toBe("The server is busy."));
    to(0);
    to(10);
    expect(pages()).toHaveLength(1);
    answers[older(7)] = () => detail(thread(5, 6), null);
    const asking = made.loadOlder();
    expect(made.failure.value).toBe("");
    await asking;
    expect([ids(), made.failure.value]).toEqual([[5, 6, 7, 8], ""]);
  });
});

describe("a conversation on paper", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    window.print = vi.fn();
    Object.defineProperty(document, "fonts", { value: { ready: Promise.resolve() }, configurable: true });
    vi.spyOn(router, "push").mockResolvedValue(undefined as never);
    answers[`GET ${S1}`] = () => detail(thread(3, 4), 3);
    answers[`GET ${S1}?reach=0`] = () => detail(thread(1, 4));
  });

  it("is fetched to its beginning and drawn, and then printed", async () => {
    const drawn = vi.fn(() => expect(ids()).toEqual([1, 2, 3, 4]));
    window.addEventListener("beforeprint", drawn, { once: true });
    const printing = hosted(usePrint).made("s1");
    await vi.waitFor(() => expect(drawn).toHaveBeenCalledOnce());
    expect(window.print).not.toHaveBeenCalled();
    await through(printing);
    expect(window.print).toHaveBeenCalledOnce();
    expect(router.push).toHaveBeenCalledExactlyOnceWith("/c/s1");
  });

  it("stays where it is when it is the open one", async () => {
    await useConversation().open("s1");
    await through(hosted(usePrint).made("s1"));
    expect(router.push).not.toHaveBeenCalled();
    expect(window.print).toHaveBeenCalledOnce();
  });

  it("is not printed when it does not come, or when the reader has gone on", async () => {
    answers[`GET ${S1}?reach=0`] = () => new Refusal(503, "The server is busy.");
    await expect(through(hosted(usePrint).made("s1"))).rejects.toThrow("The server is busy.");
    answers[`GET ${S1}?reach=0`] = () => {
      useConversation().openNew();
      return detail(thread(1, 4));
    };
    await through(hosted(usePrint).made("s1"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(window.print).not.toHaveBeenCalled();
    expect(useConversation().messages).toEqual([]);
  });
});

describe("a message that is looked for", () => {
  const animate = vi.fn();
  const scrolled = vi.fn();
  beforeEach(async () => {
    vi.useFakeTimers();
    animate.mockClear();
    scrolled.mockClear();
    Element.prototype.animate = animate;
    Element.prototype.scrollIntoView = scrolled;
    answers[`GET ${S1}`] = () => detail(thread(5, 6), 5);
    await useConversation().open("s1");
    server.asked.length = 0;
  });

  type Reveal = (sessionId: string, messageId: number, given?: AbortSignal) => Promise<boolean>;
  /** A page that draws the conversation. */
  function page(): Reveal {
    const rows = (): ReturnType<typeof h>[] => useConversation().messages.map((message) => h("article", { key: message.key, "data-message": message.message_id }));
    const { made } = hosted(useReveal, () => rows());
    return (sessionId, messageId, given = new AbortController().signal) => through(made(sessionId, messageId, given));
  }
  const focused = (): string | undefined => (document.activeElement as HTMLElement).dataset.message;

  it("is brought into sight, marked, and has the focus", async () => {
    expect(await page()("s1", 6)).toBe(true);
    expect([focused(), animate.mock.calls.length, server.routes()]).toEqual(["6", 1, []]);
    expect((scrolled.mock.contexts[0] as HTMLElement).dataset.message).toBe("6");
  });

  it("is fetched when it stands before what is there", async () => {
    answers[`GET ${S1}?reach=2`] = () => detail(thread(1, 6));
    expect(await page()("s1", 2)).toBe(true);
    expect([focused(), server.routes()]).toEqual(["2", [`GET ${S1}?reach=2`]]);
  });

  it("is shown with its branch when it is on another one", async () => {
    let branch = thread(5, 6);
    answers[`GET ${S1}?reach=9`] = () => detail(branch);
    answers[`PATCH ${S1}`] = () => void (branch = [...thread(1, 4), storedMessage({ message_id: 9, parent_id: 4, role: "user" })]);
    expect(await page()("s1", 9)).toBe(true);
    expect(server.asked.find(([route]) => route.startsWith("PATCH"))![1]).toEqual({ current_message_id: 9 });
    expect(focused()).toBe("9");
  });

  it("waits for a conversation that is just being opened", async () => {
    answers["GET /api/chat/session/s2"] = () => ({ ...detail([storedMessage({ message_id: 30, session_id: "s2", role: "user" })]), session: { ...detail([]).session, session_id: "s2" } });
    const reveal = page();
    const opening = useConversation().open("s2");
    expect(await reveal("s2", 30)).toBe(true);
    await opening;
    expect([focused(), server.routes()]).toEqual(["30", ["GET /api/chat/session/s2"]]);
  });

  it("may not be there, and then nothing is marked", async () => {
    answers[`GET ${S1}?reach=99`] = () => detail(thread(5, 6));
    answers[`PATCH ${S1}`] = () => ({});
    expect(await page()("s1", 99)).toBe(false);
    expect(animate).not.toHaveBeenCalled();
  });

  it("is given up with the server's sentence, and when the reader goes on", async () => {
    answers[`GET ${S1}?reach=2`] = () => new Refusal(503, "The server is busy.");
    const reveal = page();
    await expect(reveal("s1", 2)).rejects.toThrow("The server is busy.");
    answers[`GET ${S1}?reach=2`] = () => {
      useConversation().openNew();
      return detail(thread(1, 6));
    };
    expect(await reveal("s1", 2)).toBe(false);
    expect(useConversation().messages).toEqual([]);
  });

  it("is left alone when another place was asked for meanwhile", async () => {
    const given = new AbortController();
    given.abort();
    await page()("s1", 6, given.signal);
    expect([animate.mock.calls.length, focused()]).toEqual([0, undefined]);
  });
});

describe("going to another version", () => {
  const version = (id: number): Message => storedMessage({ message_id: id, parent_id: 1, siblings: [2, 5, 7] });
  const shown = (): ChatMessage => useConversation().messages.at(-1)!;
  /** The list with the last message in it, and the buttons of its versions; each version stands at another height. */
  function page(): ReturnType<typeof useSiblings> {
    const root = ref<HTMLElement | null>(null);
    const tops: Record<string, number> = { 2: 100, 5: 130, 7: 40 };
    vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (this: HTMLElement) {
      return { top: tops[this.dataset.message ?? ""] ?? 0 } as DOMRect;
    });
    const button = (name: string): ReturnType<typeof h> => h("button", { "data-test": `sibling-${name}` });
    const { made } = hosted(() => useSiblings(shown, root), () =>
      h("div", { "data-test": "message-list" }, [
        h("article", { "data-message": shown().message_id }, [h("span", { ref: root }, [button("previous"), button("next")])]),
      ]));
    return made;
  }
  const list = (): HTMLElement => document.querySelector('[data-test="message-list"]')!;

  beforeEach(async () => {
    let current = 2;
    answers[`GET ${S1}`] = () => detail([storedMessage({ message_id: 1, role: "user" }), version(current)]);
    answers[`PATCH ${S1}`] = (body) => void ({ current_message_id: current } = body as { current_message_id: number });
    await useConversation().open("s1");
    server.asked.length = 0;
  });

  it("keeps the reader's place and the keyboard's", async () => {
    const { ids: versions, index, go } = page();
    await nextTick();
    document.querySelector<HTMLElement>('[data-test="sibling-next"]')!.focus();
    list().scrollTop = 200;
    await go(1);
    expect([shown().message_id, versions.value, index.value]).toEqual([5, [2, 5, 7], 1]);
    expect(list().scrollTop).toBe(230);
    expect((document.activeElement as HTMLElement).dataset.test).toBe("sibling-next");
    await go(-1);
    expect([shown().message_id, list().scrollTop]).toEqual([2, 200]);
  });

  it("does not take the focus from where it is", async () => {
    const { go } = page();
    await nextTick();
    await go(1);
    expect(document.activeElement).toBe(document.body);
  });

  it("ends at the first and the last, and leaves out what was deleted", async () => {
    const { ids: versions, go } = page();
    await go(-1);
    expect(server.routes()).toEqual([]);
    useConversation().apply({ type: "removed", message_id: 5 });
    expect(versions.value).toEqual([2, 7]);
    await go(1);
    expect(server.asked[0]).toEqual([`PATCH ${S1}`, { current_message_id: 7 }]);
  });

  it("goes one step at a time, however often the key is pressed", async () => {
    const { busy, go } = page();
    const going = [go(1), go(1)];
    expect(busy.value).toBe(true);
    await Promise.all(going);
    expect([busy.value, shown().message_id]).toEqual([false, 5]);
  });

  it("stays, with the server's sentence, when that is refused", async () => {
    answers[`PATCH ${S1}`] = () => new Refusal(409, "Not now.");
    const { busy, go } = page();
    await go(1);
    expect([shown().message_id, busy.value, useUi().notices.at(-1)!.text]).toEqual([2, false, "Not now."]);
  });
});
