/** The composer: what its keys mean, when Send is possible, where the focus goes, how high it is. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from "vitest";
import { nextTick, ref } from "vue";

import { boot } from "@/boot";
import { useAutoGrow } from "@/composables/useAutoGrow";
import { useComposer } from "@/composables/useComposer";
import { provideComposer, useComposerBus } from "@/composables/useComposerBus";
import { useConversation } from "@/stores/conversation";
import { useRows } from "@/stores/rows";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import { useWriting, type Attaching } from "@/stores/writing";
import type { Preferences, User } from "@/types/api";

import { detail, Refusal, serve, storedMessage } from "../helpers";
import { hosted, type Hosted } from "../host";

const LIMIT = boot.max_message_chars;
const onItsWay = (fields: Partial<Attaching> = {}): Attaching => ({ key: "k", name: "a.txt", chars: 0, document: null, error: "", source: null, ...fields });
let send: MockInstance;
let area: HTMLTextAreaElement;

function prefer(preferences: Preferences): void {
  useUser().user = { id: 7, username: "ann", preferences } as User;
}

function touchScreen(): void {
  vi.stubGlobal("matchMedia", (query: string) => ({ matches: query === "(pointer: coarse)" }));
}

/** Keys go to the composable as the text area hands them on. @returns whether the key was taken. */
function begin(): Hosted<ReturnType<typeof useComposer>> & { press: (key: string, init?: KeyboardEventInit) => boolean } {
  const made = hosted(() => useComposer(ref(area)));
  const press = (key: string, init: KeyboardEventInit = {}): boolean => {
    const event = new KeyboardEvent("keydown", { key, cancelable: true, ...init });
    made.made.onKeydown(event);
    return event.defaultPrevented;
  };
  return { ...made, press };
}

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
  prefer({});
  area = document.body.appendChild(document.createElement("textarea"));
  send = vi.spyOn(useConversation(), "send").mockImplementation(() => undefined);
});
afterEach(() => {
  area.remove();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("the keys", () => {
  it("send with Enter, and begin a line with Shift or Alt", () => {
    const { press } = begin();
    useWriting().text = " Hello ";
    expect([press("Enter", { shiftKey: true }), press("Enter", { altKey: true })]).toEqual([false, false]);
    expect(send).not.toHaveBeenCalled();
    expect(press("Enter")).toBe(true);
    expect(send).toHaveBeenCalledExactlyOnceWith("Hello", { attachments: [], draft_version: 0 });
    expect(useWriting().text).toBe("");
  });

  it.each([["ctrl_enter", false], ["enter", true]] as const)("send as the person prefers: %s", (send_key, plain) => {
    prefer({ send_key });
    const { press } = begin();
    useWriting().text = "Hello";
    expect(press("Enter")).toBe(plain);
    useWriting().text = "Hello";
    for (const init of [{ ctrlKey: true }, { metaKey: true }]) {
      useWriting().text = "Hello";
      expect(press("Enter", init)).toBe(true);
    }
    expect(send).toHaveBeenCalledTimes(plain ? 3 : 2);
  });

  it("begin a line on a touch screen, where Send is a button", () => {
    touchScreen();
    const { press, made } = begin();
    useWriting().text = "Hello";
    expect(press("Enter")).toBe(false);
    made.submit();
    expect(send).toHaveBeenCalledTimes(1);
  });

  it("belong to an input method while it is open", () => {
    const { press, made } = begin();
    useWriting().text = "ni hao";
    made.ime.onCompositionStart();
    expect(press("Enter")).toBe(false);
    made.ime.onCompositionEnd();
    expect([press("Enter"), press("Enter", { isComposing: true }), press("Enter", { keyCode: 229 })]).toEqual([false, false, false]);
    expect(send).not.toHaveBeenCalled();
  });

  it("go to the open list of commands first", () => {
    const { press } = begin();
    useWriting().text = "/t";
    useWriting().keys = (event) => event.key === "Enter";
    press("Enter");
    expect(send).not.toHaveBeenCalled();
    useWriting().keys = () => false;
    press("Enter");
    expect(send).toHaveBeenCalledTimes(1);
  });
});

describe("the last question", () => {
  async function opened(): Promise<ReturnType<typeof begin>> {
    serve({ "GET /api/chat/session/s1": () => detail([storedMessage({ message_id: 1, role: "user" }), storedMessage({ message_id: 2 })]) });
    await useConversation().open("s1");
    return begin();
  }

  it("is edited with ArrowUp in an empty field", async () => {
    const { press } = await opened();
    expect(press("ArrowUp")).toBe(true);
    expect(useRows().editing).toBe("m1");
  });

  it("is left alone where the key means something else, or when there is none", async () => {
    const { press } = await opened();
    expect(press("ArrowUp", { shiftKey: true })).toBe(false);
    useWriting().text = "two\nlines";
    expect(press("ArrowUp")).toBe(false);
    useWriting().fill("", []);
    useConversation().openNew();
    expect(press("ArrowUp")).toBe(false);
    expect(useRows().editing).toBeNull();
  });
});

describe("sending", () => {
  it("needs words or a file, all of it stored, and no more than the limit", async () => {
    const { made } = begin();
    const writing = useWriting();
    for (const nothing of ["", "  \n "]) {
      writing.text = nothing;
      expect(made.canSend.value).toBe(false);
    }
    made.submit();
    writing.text = "Hello";
    writing.attaching = [onItsWay({ error: "Too large." })];
    expect(made.canSend.value).toBe(false);
    writing.fill("x".repeat(LIMIT), []);
    expect([made.canSend.value, made.showCount.value]).toEqual([true, true]);
    writing.text += "x";
    made.submit();
    expect([made.canSend.value, made.count.value - made.limit]).toEqual([false, 1]);
    await nextTick();
    expect(send).not.toHaveBeenCalled();
  });

  it("counts characters as people do, once that matters", () => {
    const { made } = begin();
    useWriting().text = "😀".repeat(LIMIT);
    expect([made.count.value, made.canSend.value]).toEqual([LIMIT, true]);
    useWriting().text = "short";
    expect(made.showCount.value).toBe(false);
  });

  it("waits behind a running answer and behind what waits already", () => {
    const { made } = begin();
    const writing = useWriting();
    writing.open("s1", false);
    writing.enqueue({ text: "first", attachments: [] });
    writing.text = "second";
    made.submit();
    expect(writing.queue.map(({ text }) => text)).toEqual(["first", "second"]);
    expect(send).not.toHaveBeenCalled();
  });

  it("waits for a file on its way, and goes when that has arrived", async () => {
    const { made } = begin();
    const writing = useWriting();
    const document = { document_id: "d", name: "a.txt", media_type: "text/plain", size: 1, chars: 1 };
    writing.text = "Look";
    writing.attaching = [onItsWay()];
    made.submit();
    expect([send.mock.calls.length, writing.text]).toEqual([0, "Look"]);
    await nextTick();
    writing.attaching = [onItsWay({ document })];
    await nextTick();
    expect(send).toHaveBeenCalledExactlyOnceWith("Look", { attachments: [document], draft_version: 0 });
  });

  it("does not go when the file could not be stored, nor later by itself", async () => {
    const { made } = begin();
    const writing = useWriting();
    writing.text = "Look";
    writing.attaching = [onItsWay()];
    made.submit();
    await nextTick();
    writing.attaching = [onItsWay({ error: "Too large." })];
    await nextTick();
    writing.attaching = [];
    await nextTick();
    expect([send.mock.calls.length, writing.text]).toEqual([0, "Look"]);
  });

  it("that waits never sends the draft of another conversation", async () => {
    serve({ "GET /api/chat/session/s1": () => detail([]) });
    const writing = useWriting();
    writing.open("s1", false);
    writing.text = "half a thought";
    writing.save();
    const { made } = begin();
    writing.text = "Look";
    writing.attaching = [onItsWay()];
    made.submit();
    await nextTick();
    await useConversation().open("s1");
    await nextTick();
    expect([send.mock.calls.length, writing.text]).toEqual([0, "half a thought"]);
  });
});

describe("stopping", () => {
  it("says why when it failed", async () => {
    const stop = vi.spyOn(useConversation(), "stop").mockRejectedValue(new Error("No network."));
    const { made } = begin();
    made.stop();
    await vi.waitFor(() => expect(useUi().notices.map(({ text, tone }) => [text, tone])).toEqual([["No network.", "danger"]]));
    expect(stop).toHaveBeenCalledTimes(1);
  });
});

describe("the text field", () => {
  it("has the focus from the beginning, and not on a touch screen", async () => {
    begin();
    await nextTick();
    expect(document.activeElement).toBe(area);
    area.blur();
    touchScreen();
    begin();
    await nextTick();
    expect(document.activeElement).not.toBe(area);
  });

  it("shows the draft of the conversation that is opened", async () => {
    serve({ "GET /api/chat/session/s1": () => detail([]) });
    const writing = useWriting();
    begin();
    writing.text = "for a new chat";
    await nextTick();
    await useConversation().open("s1");
    expect(writing.text).toBe("");
    useConversation().openNew();
    await nextTick();
    expect(writing.text).toBe("for a new chat");
  });

  it("is filled by other parts while it is there", async () => {
    const { unmount } = begin();
    const bus = useComposerBus();
    bus.fill("A suggestion");
    await nextTick();
    expect([useWriting().text, document.activeElement]).toEqual(["A suggestion", area]);
    unmount();
    bus.fill("too late");
    bus.focus();
    expect(useWriting().text).toBe("A suggestion");
  });
});

describe("the way to the composer", () => {
  it("leads to the one that registered last, or to none", () => {
    const [fill, focus] = [vi.fn(), vi.fn()];
    const bus = useComposerBus();
    bus.fill("before");
    provideComposer({ fill, focus });
    bus.fill("text", []);
    bus.focus();
    provideComposer(null);
    bus.focus();
    expect([fill.mock.calls, focus.mock.calls.length]).toEqual([[["text", []]], 1]);
  });
});

describe("a growing text area", () => {
  const value = ref("");
  const grow = (supports: boolean): ReturnType<typeof hosted> => {
    vi.stubGlobal("CSS", { supports: () => supports });
    Object.defineProperty(area, "scrollHeight", { get: () => 20 * area.value.split("\n").length });
    return hosted(() => useAutoGrow(ref(area), value));
  };

  async function write(text: string): Promise<void> {
    area.value = value.value = text;
    await nextTick();
    await nextTick();
  }

  it("is as high as its text, less when lines go, and after the window has changed", async () => {
    const { unmount } = grow(false);
    expect(area.style.height).toBe("20px");
    await write("a\nb\nc");
    expect(area.style.height).toBe("60px");
    await write("a");
    expect(area.style.height).toBe("20px");
    area.value = "now\nit\nwraps\nmore";
    window.dispatchEvent(new Event("resize"));
    expect(area.style.height).toBe("80px");
    unmount();
    area.value = "";
    window.dispatchEvent(new Event("resize"));
    expect(area.style.height).toBe("80px");
  });

  it("is left to browsers that do it themselves", async () => {
    grow(true);
    await write("a\nb");
    expect(area.style.height).toBe("");
  });
});

it("the server's refusal to open a conversation leaves its draft there", async () => {
  serve({ "GET /api/chat/session/s1": () => new Refusal(500, "Broken.") });
  const writing = useWriting();
  writing.open("s1", false);
  writing.text = "kept";
  writing.save();
  begin();
  await useConversation().open("s1");
  await nextTick();
  expect([writing.text, useConversation().status]).toEqual(["kept", "error"]);
});
