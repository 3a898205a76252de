/** Menus: by the keys, the pointer, and where the focus is before and after. The menu of a message. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from "vitest";
import { computed, h, nextTick, ref, type VNodeChild } from "vue";

import type { ChatMessage } from "@/chat/types";
import { moveFocus, useMenu } from "@/composables/useMenu";
import { useMessageMenu, type MenuAction } from "@/composables/useMessageMenu";
import { loadLocale, loadTexts } from "@/i18n";
import { useConversation } from "@/stores/conversation";
import { useModels } from "@/stores/models";
import { useRemovals } from "@/stores/removals";
import { useRows } from "@/stores/rows";
import { useUi } from "@/stores/ui";
import type { Message, ModelInfo } from "@/types/api";

import { detail, Refusal, serve, storedMessage } from "../helpers";
import { hosted } from "../host";

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a menu", () => {
  /** A button, and while it is open these items. */
  function menu(...items: VNodeChild[]) {
    const root = ref<HTMLElement | null>(null);
    const use = () => ({ ...useMenu(root), root });
    const draw = ({ open, toggle, onKeydown }: ReturnType<typeof use>): VNodeChild =>
      h("div", { ref: root, onKeydown }, [h("button", { "aria-haspopup": "menu", id: "button", onClick: toggle }), open.value ? items : null]);
    const { made, wrapper, unmount } = hosted(use, draw);
    const press = async (key: string, init: KeyboardEventInit = {}): Promise<void> => {
      document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
      await nextTick();
    };
    const begin = async (): Promise<void> => {
      wrapper.find<HTMLElement>("#button").element.focus();
      await wrapper.find("#button").trigger("click");
      await nextTick();
    };
    return { ...made, wrapper, unmount, press, begin };
  }
  const item = (id: string, more: object = {}): VNodeChild => h("button", { id, role: "menuitem", ...more });
  const focused = (): string => document.activeElement!.id;

  it("has the focus on its first item, and goes round by the arrows", async () => {
    const { begin, press } = menu(item("one"), item("off", { disabled: true }), item("two"), item("three"));
    await begin();
    const seen = [focused()];
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Home", "End", "x"]) {
      await press(key);
      seen.push(focused());
    }
    expect(seen).toEqual(["one", "two", "three", "one", "three", "one", "three", "three"]);
  });

  it("begins where it says, or at what is chosen", async () => {
    const chosen = menu(h("i", { id: "a", role: "option", tabindex: 0 }), h("i", { id: "b", role: "option", tabindex: 0, "aria-selected": "true" }));
    await chosen.begin();
    expect(focused()).toBe("b");
    chosen.unmount();
    const search = menu(item("one"), h("input", { id: "field", "data-menu-focus": "" }));
    await search.begin();
    expect(focused()).toBe("field");
  });

  it("closes by Escape alone, not what is around it, and gives the focus back", async () => {
    const around = vi.fn();
    document.addEventListener("keydown", around);
    const { begin, press, open } = menu(item("one"));
    await begin();
    await press("Escape");
    expect([open.value, focused(), around.mock.calls.length]).toEqual([false, "button", 0]);
    await press("Escape");
    expect(around).toHaveBeenCalledTimes(1);
    document.removeEventListener("keydown", around);
  });

  it("closes by Tab and by a click outside, where the focus then belongs", async () => {
    const { begin, press, open } = menu(item("one"));
    await begin();
    await press("Tab");
    expect([open.value, focused() === "button"]).toEqual([false, false]);
    await begin();
    document.querySelector("#one")!.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    expect(open.value).toBe(true);
    document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    await nextTick();
    expect([open.value, focused() === "button"]).toEqual([false, false]);
  });

  it("leaves the keys to an input method that is choosing a word", async () => {
    const { begin, press, open } = menu(h("input", { id: "field", "data-menu-focus": "" }), item("one"));
    await begin();
    for (const init of [{ isComposing: true }, { keyCode: 229 }]) {
      for (const key of ["ArrowDown", "Tab", "Escape"]) await press(key, init);
      expect([open.value, focused()]).toEqual([true, "field"]);
    }
    await press("ArrowDown");
    expect(focused()).toBe("one");
  });

  it("leaves Home and End to a text field", async () => {
    const { begin, press } = menu(h("input", { id: "field", "data-menu-focus": "" }), item("one"));
    await begin();
    await press("End");
    expect(focused()).toBe("field");
  });

  it("without items takes no key, and without a panel none either", () => {
    const event = new KeyboardEvent("keydown", { key: "ArrowDown", cancelable: true });
    moveFocus(event, document.createElement("div"));
    moveFocus(event, null);
    expect(event.defaultPrevented).toBe(false);
  });

  it("listens to the page no longer than it is there", async () => {
    const remove = vi.spyOn(document, "removeEventListener");
    const add = vi.spyOn(document, "addEventListener");
    const { begin, unmount } = menu(item("one"));
    await begin();
    const [[, listener]] = add.mock.calls.filter(([type]) => type === "pointerdown") as [[string, EventListener]];
    unmount();
    expect(remove.mock.calls.some(([type, gone]) => type === "pointerdown" && gone === listener)).toBe(true);
  });
});

describe("the menu of a message", () => {
  const question = storedMessage({ message_id: 1, role: "user", content: "Why?" });
  const anchor = document.createElement("button");
  const close = vi.fn();
  let rerun: MockInstance;

  function touchScreen(): void {
    vi.stubGlobal("matchMedia", (query: string) => ({ matches: query === "(pointer: coarse)" }));
  }

  /** The menu of the message with this id, in a conversation of a question and this answer. */
  async function open(fields: Partial<Message> = {}, id = 2) {
    useModels().groups = [{ provider: "P", models: ["m1", "m2"].map((model_id) => ({ model_id, model_name: model_id }) as ModelInfo) }];
    useConversation().key = "s1";
    useConversation().apply({ type: "loaded", detail: detail([question, storedMessage({ message_id: 2, parent_id: 1, content: "**Because**", ...fields })]) });
    rerun = vi.spyOn(useConversation(), "rerun").mockImplementation(() => undefined);
    close.mockReset();
    const message = computed(() => useConversation().messages.find(({ message_id }) => message_id === id) as ChatMessage);
    const { made } = hosted(() => useMessageMenu(() => message.value, anchor, close));
    return made;
  }
  const offered = ({ may }: Awaited<ReturnType<typeof open>>): string[] => Object.entries(may.value).flatMap(([name, is]) => (is ? [name] : []));

  beforeEach(async () => {
    await loadLocale("en");
    await loadTexts("message");
    document.body.append(anchor);
  });
  afterEach(() => anchor.remove());

  it.each<[string, Partial<Message>, string[]]>([
    ["an answer", {}, ["copy", "continue", "compare", "branch", "details", "delete"]],
    ["one that is being written", { status: "running", generation_id: "g" }, ["compare"]],
    ["one that failed at once", { status: "failed", content: "" }, ["compare", "branch", "details", "delete"]],
    ["one that was filtered", { finish_reason: "content_filter" }, ["copy", "compare", "branch", "details", "delete"]],
  ])("offers what is possible with %s", async (_what, fields, expected) => {
    expect(offered(await open(fields))).toEqual(expected);
  });

  it("offers for a question what does not hurt the answer that is being written", async () => {
    expect(offered(await open({}, 1))).toEqual(["copy", "branch", "delete"]);
    expect(offered(await open({ status: "running", generation_id: "g" }, 1))).toEqual(["copy"]);
  });

  it("has on a touch screen what has no room beside the message", async () => {
    touchScreen();
    expect(offered(await open())).toEqual(["copy", "regenerate", "regenerateWith", "continue", "compare", "rate", "branch", "details", "delete"]);
    expect(offered(await open({ status: "failed", content: "" }))).not.toContain("regenerate");
    expect(offered(await open({}, 1))).toEqual(["copy", "edit", "branch", "delete"]);
  });

  it("compares and changes the model only where there are two", async () => {
    touchScreen();
    const menu = await open();
    useModels().groups = [];
    expect(offered(menu)).not.toEqual(expect.arrayContaining(["compare"]));
    expect(menu.may.value.regenerateWith).toBe(false);
  });

  it("does what was chosen, and closes", async () => {
    const menu = await open();
    const writeText = vi.fn(async () => undefined);
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    for (const action of ["copy", "copyText", "edit", "details", "regenerate", "continue"] as MenuAction[]) menu.run(action);
    expect(writeText.mock.calls).toEqual([["**Because**"], ["Because"]]);
    expect(useRows().editing).toBe("m2");
    expect(useUi().dialog).toEqual({ name: "details", props: { messageKey: "m2" } });
    expect(rerun.mock.calls).toEqual([["regenerate", 2], ["continue", 2]]);
    expect(close).toHaveBeenCalledTimes(6);
  });

  it("opens the next panel at its button, once it has closed", async () => {
    const menu = await open();
    for (const [action, name] of [["compare", "compare"], ["regenerateWith", "regenerate"]] as const) {
      menu.run(action);
      expect(useRows().panel?.name).not.toBe(name);
      await nextTick();
      expect(useRows().panel).toEqual({ name, key: "m2", anchor });
    }
  });

  it("rates; a bad answer is asked about once that is stored, and not when it was refused", async () => {
    const { asked } = serve({ "POST /api/chat/messages/2/rating": (body) => ({ rating_reason: null, rating_comment: null, ...(body as object) }) });
    const menu = await open();
    menu.run("good");
    await vi.waitFor(() => expect(asked.at(-1)![1]).toMatchObject({ rating: 1 }));
    menu.run("good");
    await vi.waitFor(() => expect(asked.at(-1)![1]).toMatchObject({ rating: 0 }));
    menu.run("bad");
    await vi.waitFor(() => expect(useRows().panel?.name).toBe("rating"));
    useRows().close();
    serve({ "POST /api/chat/messages/2/rating": () => new Refusal(503, "Busy.") });
    await open();
    menu.run("bad");
    await vi.waitFor(() => expect(useUi().notices.at(-1)?.text).toBe("Busy."));
    await nextTick();
    expect(useRows().panel).toBeNull();
  });

  it("goes on in another chat and deletes by the message's own tools", async () => {
    const { routes } = serve({ "POST /api/chat/session/s1/branch": () => new Refusal(409, "Not now.") });
    const remove = vi.spyOn(useRemovals(), "remove").mockResolvedValue(undefined);
    const menu = await open();
    menu.run("branch");
    await vi.waitFor(() => expect(useUi().notices.at(-1)?.text).toBe("Not now."));
    expect(routes()).toEqual(["POST /api/chat/session/s1/branch"]);
    menu.run("delete");
    expect(remove.mock.calls[0]![0].message_id).toBe(2);
  });
});
