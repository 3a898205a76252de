/** The lines of the sidebar: what clicks, keys, the pointer and dragging do among them; what is asked before it is done. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from "vitest";
import { h, nextTick, ref, type VNodeChild } from "vue";

import { bulk, emptyTrash, forget } from "@/composables/sidebar/bulk";
import { askToDelete, place } from "@/composables/sidebar/folders";
import type { Item } from "@/composables/sidebar/items";
import { useDrag } from "@/composables/sidebar/useDrag";
import { useLines } from "@/composables/sidebar/useLines";
import { loadLocale, loadTexts } from "@/i18n";
import { router } from "@/router";
import { useFolders } from "@/stores/folders";
import { useSelection } from "@/stores/selection";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import type { Session, User } from "@/types/api";
import type { Folder } from "@/types/folders";

import { Refusal, serve, storedSession, type Served } from "../helpers";
import { hosted } from "../host";

const BULK = "POST /api/chat/sessions/bulk";
const ORDER = "POST /api/chat/folders/order";
const folder = (id: string): Folder => ({ folder_id: id, name: id.toUpperCase(), emoji: "", session_count: 0 });
const minutesAgo = (id: string, minutes: number): Session => storedSession({ session_id: id, title: id, update_time: new Date(Date.now() - minutes * 60_000).toISOString() });
const order = (): string[] => useFolders().all.map(({ folder_id }) => folder_id);
const notices = (): string[] => useUi().notices.map(({ text }) => text);
let answers: Parameters<typeof serve>[0];
let server: Served;
let push: MockInstance;

beforeEach(async () => {
  // Noon: what was minutes ago was today.
  vi.setSystemTime(new Date(2026, 10, 21, 12));
  localStorage.clear();
  setActivePinia(createPinia());
  await loadLocale("en");
  await loadTexts("chats");
  vi.stubGlobal("ResizeObserver", class { observe(): void {} disconnect(): void {} });
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(900);
  push = vi.spyOn(router, "push").mockResolvedValue(undefined as never);
  answers = {
    "GET /api/chat/sessions": () => ({ sessions: [], next: null }),
    [BULK]: (body) => ({ changed: (body as { session_ids: string[] }).session_ids }),
    [ORDER]: (body) => ({ folders: (body as { ids: string[] }).ids.map(folder) }),
  };
  server = serve(answers);
  useFolders().adopt(["f1", "f2", "f3"].map(folder));
  ["a", "b", "c"].forEach((id, index) => useSessions().upsert(minutesAgo(id, index)));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("dragging", () => {
  const root = document.createElement("div");

  /** A line as the list draws it. */
  function line(data: Record<string, string>): HTMLElement {
    const element = root.appendChild(document.createElement("div"));
    Object.assign(element.dataset, data);
    element.getBoundingClientRect = () => new DOMRect(0, 100, 200, 40);
    return element.appendChild(document.createElement("span"));
  }

  /** One drag, with what it carries; each step is an event on the line that is under the pointer. */
  function dragging() {
    const { made } = hosted(useDrag);
    const carried = new Map<string, string>();
    const dataTransfer = { effectAllowed: "", setData: (type: string, data: string) => carried.set(type, data), getData: (type: string) => carried.get(type) ?? "", get types() { return [...carried.keys()]; } };
    const step = (name: keyof typeof made.on, target: HTMLElement, clientY = 0): boolean => {
      const event = Object.assign(new Event(name, { bubbles: true, cancelable: true }), { dataTransfer, clientY });
      target.addEventListener(name, (seen) => made.on[name](seen as DragEvent), { once: true });
      target.dispatchEvent(event);
      return event.defaultPrevented;
    };
    return { over: made.over, carried, step };
  }
  const moved = (): unknown[] => server.asked.filter(([route]) => route === BULK).map(([, body]) => body);

  beforeEach(() => document.body.append(root));
  afterEach(() => {
    root.replaceChildren();
    root.remove();
  });

  it("puts a chat into a folder, which shows that it would take it", async () => {
    const { over, step } = dragging();
    const onto = line({ drop: "f1", folder: "f1" });
    step("dragstart", line({ drop: "", session: "a" }));
    expect([step("dragover", onto), over.value]).toEqual([true, "f1"]);
    step("dragleave", onto);
    expect(over.value).toBeNull();
    expect([step("drop", onto), over.value]).toEqual([true, null]);
    await vi.waitFor(() => expect(moved()).toEqual([{ action: "move", session_ids: ["a"], folder_id: "f1" }]));
  });

  it("puts it out of any folder on a line without one", async () => {
    useSessions().upsert({ ...minutesAgo("a", 0), folder_id: "f1" });
    const { over, step } = dragging();
    const onto = line({ drop: "", session: "b" });
    step("dragstart", line({ drop: "f1", session: "a" }));
    step("dragover", onto);
    expect(over.value).toBe("");
    step("drop", onto);
    await vi.waitFor(() => expect(moved()).toEqual([{ action: "move", session_ids: ["a"], folder_id: null }]));
  });

  it("takes all that are marked along, but only from one of them", async () => {
    useSelection().set(["a", "b"]);
    const first = dragging();
    first.step("dragstart", line({ drop: "", session: "c" }));
    expect([...first.carried.values()]).toEqual(['["c"]']);
    const second = dragging();
    second.step("dragstart", line({ drop: "", session: "b" }));
    second.step("drop", line({ drop: "f2", folder: "f2" }));
    await vi.waitFor(() => expect(moved()).toEqual([{ action: "move", session_ids: ["a", "b"], folder_id: "f2" }]));
  });

  it.each([[105, ["f3", "f1", "f2"]], [135, ["f1", "f3", "f2"]]])("puts a folder before or after another one, by its half: %i", async (clientY, expected) => {
    const { step } = dragging();
    step("dragstart", line({ drop: "f3", folder: "f3" }));
    step("drop", line({ drop: "f1", folder: "f1" }), clientY);
    await vi.waitFor(() => expect(server.asked).toContainEqual([ORDER, { ids: expected }]));
  });

  it("leaves alone what comes from elsewhere, and a folder over a chat", () => {
    const foreign = dragging();
    foreign.carried.set("text/plain", "words");
    const onto = line({ drop: "", session: "a" });
    expect([foreign.step("dragover", onto), foreign.step("drop", onto), foreign.over.value]).toEqual([false, false, null]);
    const own = dragging();
    own.step("dragstart", line({ drop: "f1", folder: "f1" }));
    expect([own.step("dragover", onto), own.step("drop", onto)]).toEqual([false, false]);
    expect(own.step("dragover", root.appendChild(document.createElement("p")))).toBe(false);
    expect(server.routes()).toEqual([]);
  });
});

describe("the lines", () => {
  const key = (item: Item): string => item.key;

  /** The list as the page draws it, without its looks. */
  async function list() {
    const root = ref<HTMLElement | null>(null);
    const draw = (made: ReturnType<typeof useLines>): VNodeChild =>
      h("div", { ref: root, onKeydown: made.onKeydown, onFocusin: made.onFocusin }, made.sections.value.flatMap(({ places, lines }) =>
        [...places, ...lines].map(({ item }) => h("div", { key: key(item), "data-key": key(item) }, [h("a", { "data-line": key(item), tabindex: 0 }), h("button", { "aria-haspopup": "menu" })]))));
    const { made, wrapper, unmount } = hosted(() => useLines(root), draw);
    await nextTick();
    const at = (name: string): HTMLElement => wrapper.find<HTMLElement>(`[data-line="${name}"]`).element;
    const press = (name: string, init: KeyboardEventInit): void => {
      at(name).focus();
      at(name).dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }));
    };
    const shown = (): string[] => made.sections.value.flatMap(({ places, lines }) => [...places, ...lines].map(({ item }) => item.key));
    const row = (id: string): Extract<Item, { kind: "row" }> => made.sections.value.flatMap(({ lines }) => lines).map(({ item }) => item).find((item) => item.kind === "row" && item.session.session_id === id) as never;
    return { ...made, wrapper, unmount, at, press, shown, row };
  }
  const click = (init: MouseEventInit = {}, target: HTMLElement = document.createElement("a")): MouseEvent => {
    const event = new MouseEvent("click", { cancelable: true, ...init });
    target.dispatchEvent(event);
    return event;
  };

  it("stand in sections with a name", async () => {
    const { sections, shown } = await list();
    expect(shown()).toEqual(["folders", "f:f1", "f:f2", "f:f3", "today", "d:a", "d:b", "d:c"]);
    expect(sections.value.map(({ label }) => label)).toEqual(["Folders", "F1", "F2", "F3", "Today"]);
  });

  it("show no folders in the archive, nor where there is nothing at all", async () => {
    const { shown } = await list();
    useSessions().view = "archive";
    expect(shown().filter((line) => line.startsWith("f"))).toEqual([]);
    useSessions().reset();
    useFolders().adopt([]);
    expect(shown()).toEqual([]);
  });

  it("wait while nothing has come", async () => {
    useSessions().reset();
    useFolders().reset();
    const { waiting } = await list();
    expect(waiting.value).toBe(true);
    useFolders().adopt([]);
    expect(waiting.value).toBe(false);
  });

  it("fetch what follows when its place is seen", async () => {
    answers["GET /api/chat/sessions"] = (_body, path) => (path.includes("cursor=n") ? { sessions: [minutesAgo("z", 9)], next: null } : { sessions: [minutesAgo("a", 1)], next: "n" });
    const { shown } = await list();
    await useSessions().load();
    await vi.waitFor(() => expect(shown()).toContain("d:z"));
    expect(server.routes()).toHaveLength(2);
  });

  it("open by a click, and close the drawer", async () => {
    const { choose, row } = await list();
    useUi().drawer = true;
    const event = click();
    choose(row("b"), event);
    expect([push.mock.calls, useUi().drawer, event.defaultPrevented]).toEqual([[["/c/b"]], false, true]);
  });

  it("are marked by Ctrl, by Shift, and by each click while some are marked", async () => {
    const { choose, row } = await list();
    choose(row("a"), click({ ctrlKey: true }));
    choose(row("c"), click({ shiftKey: true }));
    expect([...useSelection().ids]).toEqual(["a", "b", "c"]);
    choose(row("b"), click());
    expect([...useSelection().ids]).toEqual(["a", "c"]);
    const box = click({}, document.createElement("input"));
    choose(row("b"), box);
    expect([box.defaultPrevented, useSelection().count, push.mock.calls.length]).toEqual([false, 3, 0]);
  });

  it("give up the marks by Escape, which then does nothing else; a space marks", async () => {
    const { press } = await list();
    const around = vi.fn();
    document.addEventListener("keydown", around);
    useSelection().begin();
    press("d:b", { key: " " });
    expect([...useSelection().ids]).toEqual(["b"]);
    press("d:b", { key: "Escape" });
    expect([useSelection().active, around.mock.calls.length]).toEqual([false, 0]);
    press("d:b", { key: "Escape" });
    expect(around).toHaveBeenCalledTimes(1);
    document.removeEventListener("keydown", around);
  });

  it("are renamed, opened to their button and left again by the keys", async () => {
    const { press, at } = await list();
    const renamed = vi.fn();
    at("d:a").addEventListener("dblclick", renamed);
    press("d:a", { key: "F2" });
    expect(renamed).toHaveBeenCalledTimes(1);
    press("d:a", { key: "ArrowRight" });
    const button = at("d:a").nextElementSibling as HTMLElement;
    expect(document.activeElement).toBe(button);
    button.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true, cancelable: true }));
    expect(document.activeElement).toBe(at("d:a"));
    const opened = vi.fn();
    button.addEventListener("click", opened);
    press("d:a", { key: "ContextMenu" });
    press("d:a", { key: "F10", shiftKey: true });
    expect(opened).toHaveBeenCalledTimes(2);
  });

  it("are deleted by the key: this one, or all that are marked", async () => {
    const { press } = await list();
    press("d:a", { key: "Delete" });
    await vi.waitFor(() => expect(server.asked).toContainEqual([BULK, { action: "delete", session_ids: ["a"] }]));
    useSelection().set(["b", "c"]);
    press("d:b", { key: "Delete" });
    await vi.waitFor(() => expect(server.asked).toContainEqual([BULK, { action: "delete", session_ids: ["b", "c"] }]));
  });

  it("of folders open, close, move and are asked about", async () => {
    const { press } = await list();
    press("f:f1", { key: "ArrowLeft" });
    expect(useFolders().lists.size).toBe(0);
    press("f:f1", { key: "ArrowRight" });
    press("f:f1", { key: "ArrowRight" });
    expect([...useFolders().lists.keys()]).toEqual(["f1"]);
    press("f:f1", { key: "ArrowLeft" });
    expect(useFolders().lists.size).toBe(0);
    press("f:f1", { key: "F2" });
    expect(useUi().dialog).toMatchObject({ name: "folder", props: { folder: folder("f1") } });
    press("f:f1", { key: "Delete" });
    await vi.waitFor(() => expect(useUi().dialog?.name).toBe("confirm"));
    press("f:f1", { key: "ArrowDown", altKey: true });
    await vi.waitFor(() => expect(order()).toEqual(["f2", "f1", "f3"]));
  });

  it("do not move under the pointer, until it rests, leaves, or the list goes", async () => {
    vi.useFakeTimers();
    const { onMove, onLeave, unmount } = await list();
    const hold = vi.spyOn(useSessions(), "hold");
    const mouse = { pointerType: "mouse" } as PointerEvent;
    onMove({ pointerType: "touch" } as PointerEvent);
    expect(hold).not.toHaveBeenCalled();
    onMove(mouse);
    vi.advanceTimersByTime(3999);
    onMove(mouse);
    vi.advanceTimersByTime(3999);
    expect(hold).not.toHaveBeenCalledWith(false);
    vi.advanceTimersByTime(1);
    expect(hold).toHaveBeenLastCalledWith(false);
    onMove(mouse);
    onLeave();
    expect(hold).toHaveBeenLastCalledWith(false);
    onMove(mouse);
    unmount();
    expect(hold).toHaveBeenLastCalledWith(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("begin a new chat in their folder", async () => {
    (await list()).begin("f2");
    expect([useFolders().target, push.mock.calls]).toEqual(["f2", [["/"]]]);
  });
});

describe("what is asked before it is done", () => {
  /** Says yes to the question that is open. */
  const confirm = (): Promise<void> => (useUi().dialog!.props as { run: () => Promise<void> }).run();

  it("deletes a folder, or says why not and keeps it", async () => {
    await askToDelete(folder("f1"));
    expect([useUi().dialog!.name, server.routes()]).toEqual(["confirm", []]);
    await confirm();
    expect([notices(), order()]).toEqual([["Not found."], ["f1", "f2", "f3"]]);
    answers["DELETE /api/chat/folders/f1"] = () => ({});
    await confirm();
    expect(order()).toEqual(["f2", "f3"]);
  });

  it("deletes chats for good, or says why not and keeps them", async () => {
    answers[BULK] = () => new Refusal(503, "Busy.");
    useSelection().set(["a", "b"]);
    await forget(["a", "b"]);
    await confirm();
    expect([notices(), useSelection().count, useSessions().find("a")?.title]).toEqual([["Busy."], 2, "a"]);
    answers[BULK] = () => ({ changed: ["a", "b"] });
    await confirm();
    expect([useSelection().count, useSessions().find("a"), useSessions().find("c")?.title]).toEqual([0, undefined, "c"]);
  });

  it("empties the trash, or says why not", async () => {
    await emptyTrash();
    await confirm();
    expect(notices()).toEqual(["Not found."]);
    answers["POST /api/chat/trash/empty"] = () => ({});
    await confirm();
    expect([notices().length, useSessions().rows]).toEqual([1, []]);
  });

  it("is not asked for an order of folders, which comes back when it is refused", async () => {
    answers[ORDER] = () => new Refusal(503, "Busy.");
    const placing = place("f3", "f1", false);
    expect(order()).toEqual(["f3", "f1", "f2"]);
    await placing;
    expect([order(), notices()]).toEqual([["f1", "f2", "f3"], ["Busy."]]);
  });
});

describe("a group that keeps its chats", () => {
  it("lets nothing be deleted by keys either, and says why", async () => {
    useUser().adopt({ id: 1, username: "alice", preferences: {}, policy: { may_delete: false, may_be_read: false, notice: "" } } as User);
    await bulk("delete", ["a"]);
    expect(server.routes()).not.toContain(BULK);
    expect(useSessions().find("a")?.deleted_at).toBeFalsy();
    expect(notices()).toEqual(["Your group keeps all chats, so they cannot be deleted."]);
    await bulk("archive", ["a"]);
    expect(server.routes()).toContain(BULK);
  });
});
