import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { markRaw, ref, shallowRef } from "vue";

import FolderRow from "@/components/sidebar/FolderRow.vue";
import { bulk, moveTo, selectAll } from "@/composables/sidebar/bulk";
import { place, save, step } from "@/composables/sidebar/folders";
import { itemsOf, type Item } from "@/composables/sidebar/items";
import { i18n, loadLocale, loadTexts } from "@/i18n";
import { startOfGroup } from "@/lib/time";
import { useConversation } from "@/stores/conversation";
import { useFolders } from "@/stores/folders";
import { useSelection } from "@/stores/selection";
import type { SessionList } from "@/stores/sessionList";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import type { Session } from "@/types/api";
import type { Folder } from "@/types/folders";

import { storedSession } from "./helpers";

type Handler = (body: Record<string, unknown>, path: string) => unknown;
const routes = new Map<string, Handler>();
const calls: string[] = [];
const serve = (route: string, handler: Handler): unknown => routes.set(route, handler);
const BULK = "POST /api/chat/sessions/bulk";

const row = (id: string, minutes: number, fields: Partial<Session> = {}): Session =>
  storedSession({ session_id: id, title: id, update_time: new Date(Date.now() - minutes * 60_000).toISOString(), ...fields });
const folder = (id: string, count = 0): Folder => ({ folder_id: id, name: id.toUpperCase(), emoji: "", session_count: count });
const shown = (): string[] => useSessions().rows.map((session) => session.session_id);
const answerAll: Handler = (body) => ({ changed: body.session_ids });

beforeEach(async () => {
  setActivePinia(createPinia());
  localStorage.clear();
  routes.clear();
  calls.length = 0;
  await loadLocale("en");
  await loadTexts("chats");
  serve("GET /api/chat/sessions", () => ({ sessions: [], next: null }));
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const route = `${init.method} ${path.split("?")[0]}`;
    const handler = routes.get(route);
    const body = (typeof init.body === "string" ? JSON.parse(init.body) : {}) as Record<string, unknown>;
    calls.push(`${route} ${body.action ?? ""}`.trim());
    if (!handler) return new Response(JSON.stringify({ detail: "Not found.", code: "not_found" }), { status: 404 });
    return new Response(JSON.stringify(await handler(body, path)));
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("the list of conversations", () => {
  it("is paged by cursor, without doubles", async () => {
    const sessions = useSessions();
    serve("GET /api/chat/sessions", (_body, path) =>
      path.includes("cursor=x") ? { sessions: [row("b", 2), row("c", 3)], next: null } : { sessions: [row("a", 1), row("b", 2)], next: "x" });
    await sessions.load();
    await sessions.load(true);
    await sessions.load(true);
    expect(shown()).toEqual(["a", "b", "c"]);
    expect(calls).toHaveLength(2);
  });

  it("is renewed as far as it was fetched", async () => {
    const sessions = useSessions();
    const all = Array.from({ length: 250 }, (_, n) => row(`s${n}`, n));
    serve("GET /api/chat/sessions", (_body, path) => {
      const query = new URLSearchParams(path.split("?")[1]);
      const [from, limit] = [Number(query.get("cursor") ?? 0), Number(query.get("limit"))];
      return { sessions: all.slice(from, from + limit), next: from + limit < all.length ? String(from + limit) : null };
    });
    await sessions.load();
    await sessions.load(true);
    expect(sessions.rows).toHaveLength(150);
    await sessions.renew();
    expect(sessions.rows).toHaveLength(200);
    expect(sessions.next).toBe("200");
  });

  it("keeps what happened while a page was under way", async () => {
    const sessions = useSessions();
    let answer: (value: unknown) => void = () => undefined;
    serve("GET /api/chat/sessions", () => new Promise((resolve) => (answer = resolve)));
    const loading = sessions.load();
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    sessions.hear(row("new", 0));
    sessions.hear(row("a", 0, { title: "newer title" }));
    sessions.hearDeleted("b");
    answer({ sessions: [row("a", 1), row("b", 2)], next: null });
    await loading;
    expect(new Set(shown())).toEqual(new Set(["new", "a"]));
    expect(sessions.find("a")?.title).toBe("newer title");
  });

  it("asks for a period in the reader's own days, and keeps what the server found in it", async () => {
    const sessions = useSessions();
    let asked: Record<string, unknown> = {};
    const old = row("old", 90_000);
    serve("POST /api/chat/history/time-range", (body) => {
      asked = body;
      return { sessions: [old], next: null };
    });
    const day = new Date(2026, 10, 20);
    await sessions.filter({ from: day, to: day });
    expect(new Date(asked.start_time as string).getTime()).toBe(day.getTime());
    expect(new Date(asked.end_time as string).getTime()).toBe(new Date(2026, 10, 20, 23, 59, 59, 999).getTime());
    expect(asked.archived).toBe(false);
    sessions.hear(storedSession({ session_id: "x", update_time: new Date(2026, 10, 21, 8).toISOString() }));
    sessions.hear(storedSession({ session_id: "y", update_time: new Date(2026, 10, 20, 22).toISOString() }));
    sessions.hear({ ...old, title: "changed" });
    expect(new Set(shown())).toEqual(new Set(["y", "old"]));
  });

  it("puts a changed conversation where it belongs, pinned ones first", () => {
    const sessions = useSessions();
    ["a", "b"].forEach((id, index) => sessions.upsert(row(id, index + 1)));
    sessions.upsert(row("b", 0));
    sessions.upsert(row("c", 9, { pinned: true }));
    expect(shown()).toEqual(["c", "b", "a"]);
    sessions.upsert(row("b", 0, { archived: true }));
    expect(shown()).toEqual(["c", "a"]);
  });

  it("moves nothing under the pointer, and catches up when it is gone", () => {
    const sessions = useSessions();
    ["a", "b", "c"].forEach((id, index) => sessions.upsert(row(id, index + 1)));
    sessions.hold(true);
    sessions.hear(row("c", 0, { title: "busy", generating: "g" }));
    sessions.hear(row("d", 0));
    sessions.hearDeleted("a");
    expect(shown()).toEqual(["a", "b", "c"]);
    expect(sessions.find("c")?.title).toBe("busy");
    sessions.hold(false);
    expect(new Set(shown())).toEqual(new Set(["c", "d", "b"]));
    expect(shown().at(-1)).toBe("b");
  });

  it("takes back a change that the server refused", async () => {
    const sessions = useSessions();
    sessions.upsert(row("a", 1));
    await expect(sessions.patch("a", { title: "x" })).rejects.toThrow("Not found.");
    expect(sessions.find("a")?.title).toBe("a");
  });

  it("shows the archive and the trash in its place", async () => {
    const sessions = useSessions();
    serve("GET /api/chat/sessions", (_body, path) => {
      if (path.includes("trash=true")) return { sessions: [row("t", 5, { deleted_at: "2026-11-20T10:00:00Z" })], next: null };
      return { sessions: [path.includes("archived=true") ? row("r", 5, { archived: true }) : row("a", 1)], next: null };
    });
    await sessions.show("archive");
    expect(shown()).toEqual(["r"]);
    sessions.hear(row("a", 0));
    expect(shown()).toEqual(["r"]);
    await sessions.show("trash");
    expect(shown()).toEqual(["t"]);
    sessions.hear(row("t", 0));
    expect(shown()).toEqual([]);
    await sessions.show("chats");
    expect(shown()).toEqual(["a"]);
  });
});

describe("folders", () => {
  let lively: Session[] = [];
  beforeEach(async () => {
    serve("GET /api/chat/folders", () => ({ folders: [folder("f1", 2), folder("f2")], lively }));
    serve("GET /api/chat/sessions", (_body, path) =>
      path.includes("folder=f1") ? { sessions: [row("in", 1, { folder_id: "f1" })], next: null } : { sessions: [row("out", 2)], next: null });
    lively = [];
    await Promise.all([useFolders().load(), useSessions().load()]);
  });

  it("hold their conversations, which are not in the list beside them", async () => {
    const [folders, sessions] = [useFolders(), useSessions()];
    folders.toggle("f1");
    await vi.waitFor(() => expect(folders.lists.get("f1")!.state.value).toBe("done"));
    expect(folders.lists.get("f1")!.rows.value.map((session) => session.session_id)).toEqual(["in"]);
    sessions.upsert(row("out", 2, { folder_id: "f1" }));
    expect(shown()).toEqual([]);
    expect(folders.lists.get("f1")!.rows.value).toHaveLength(2);
    sessions.upsert(row("out", 2, { folder_id: "f1", pinned: true }));
    expect(shown()).toEqual(["out"]);
  });

  it("tell while they are closed what is in them", async () => {
    const [folders, sessions] = [useFolders(), useSessions()];
    lively = [row("a", 1, { folder_id: "f1", unread: true }), row("b", 2, { folder_id: "f2", unread: true }), row("c", 3, { folder_id: "f2", generating: "g" })];
    await folders.load();
    expect([...folders.news]).toEqual([["f1", "unread"], ["f2", "generating"]]);
    sessions.hear(row("c", 3, { folder_id: "f2" }));
    sessions.hear(row("a", 1, { folder_id: "f1" }));
    expect([...folders.news]).toEqual([["f2", "unread"]]);
    // What was missed meanwhile: nothing there is unread any more.
    lively = [];
    await folders.load();
    expect(folders.news.size).toBe(0);
  });

  it("believe what was heard while the server was asked", async () => {
    const [folders, sessions] = [useFolders(), useSessions()];
    lively = [row("a", 1, { folder_id: "f1", generating: "g" })];
    const asked = folders.load();
    sessions.hear(row("a", 1, { folder_id: "f1", unread: true }));
    sessions.hear(row("new", 1, { folder_id: "f2", generating: "h" }));
    await asked;
    expect([...folders.news]).toEqual([["f1", "unread"], ["f2", "generating"]]);
  });

  it.each([["generating", "An answer is being written"], ["unread", "New answer"]] as const)("say so on their row: %s", (news, name) => {
    const props = { folder: folder("f1", 2), line: "f:f1", stop: true, open: false, news };
    const line = mount(FolderRow, { props, global: { plugins: [i18n] } });
    expect(line.find("[role=img]").attributes("aria-label")).toBe(name);
  });

  it("leave that to their rows while they are open", () => {
    const line = mount(FolderRow, { props: { folder: folder("f1", 2), line: "f:f1", stop: true, open: true, news: "unread" }, global: { plugins: [i18n] } });
    expect(line.find("[role=img]").exists()).toBe(false);
  });

  it("stay open after a reload of the page", async () => {
    useFolders().toggle("f1");
    setActivePinia(createPinia());
    await useFolders().load();
    expect([...useFolders().lists.keys()]).toEqual(["f1"]);
    useFolders().toggle("f1");
    expect(localStorage.getItem("aihelper.folders")).toBeNull();
  });

  it("give back what was in them when they go", async () => {
    const folders = useFolders();
    folders.open("f1");
    folders.target = "f1";
    serve("GET /api/chat/sessions", () => ({ sessions: [row("in", 1)], next: null }));
    folders.adopt([folder("f2")]);
    await vi.waitFor(() => expect(shown()).toEqual(["in"]));
    expect(folders.lists.size).toBe(0);
    expect(folders.target).toBeNull();
  });

  it("take in what was heard of before they were", () => {
    const [folders, sessions] = [useFolders(), useSessions()];
    sessions.upsert(row("early", 3, { folder_id: "f9" }));
    expect(shown()).toContain("early");
    folders.adopt([...folders.all, folder("f9", 1)]);
    expect(shown()).not.toContain("early");
  });

  it("are made, changed and put in order", async () => {
    const folders = useFolders();
    serve("POST /api/chat/folders", (body) => ({ ...folder("f3"), ...body }));
    serve("PATCH /api/chat/folders/f1", (body) => ({ ...folder("f1"), ...body }));
    const orders: unknown[] = [];
    serve("POST /api/chat/folders/order", (body) => {
      orders.push(body.ids);
      return { folders: (body.ids as string[]).map((id) => folders.find(id)) };
    });
    await save({ name: "New", emoji: "" });
    await save({ name: "Renamed", emoji: "💼" }, "f1");
    expect(folders.all.map(({ name }) => name)).toEqual(["Renamed", "F2", "New"]);
    await step("f3", -1);
    await step("f1", -1);
    await place("f1", "f2", true);
    expect(orders).toEqual([["f1", "f3", "f2"], ["f3", "f2", "f1"]]);
  });
});

describe("the same done to many", () => {
  const notice = (): { text: string; undo: () => void } => {
    const last = useUi().notices.at(-1)!;
    return { text: last.text, undo: () => last.action!.run() };
  };
  beforeEach(() => {
    ["a", "b", "c"].forEach((id, index) => useSessions().upsert(row(id, index)));
  });

  it.each([
    ["delete", "restore", "2 chats are in the trash."],
    ["archive", "unarchive", "2 chats are in the archive."],
  ] as const)("%s is shown at once, and can be taken back", async (action, back, text) => {
    serve(BULK, answerAll);
    useSelection().set(["a", "b"]);
    const done = bulk(action, ["a", "b"]);
    await vi.waitFor(() => expect(shown()).toEqual(["c"]));
    await done;
    expect(useSelection().count).toBe(0);
    expect(notice().text).toBe(text);
    notice().undo();
    await vi.waitFor(() => expect(calls.at(-1)).toBe(`${BULK} ${back}`));
    expect(shown()).toEqual(["a", "b", "c"]);
  });

  it("shows again what could not be done, and says why", async () => {
    await bulk("delete", ["a"]);
    expect(shown()).toEqual(["a", "b", "c"]);
    expect(notice().text).toBe("Not found.");
  });

  it("leaves the conversation that it deletes, and one chat goes by its title", async () => {
    serve(BULK, answerAll);
    useConversation().key = "a";
    await bulk("delete", ["a"]);
    expect(useConversation().key).toMatch(/^new/);
    expect(notice().text).toBe("“a” is in the trash.");
  });

  it("goes in pieces that the server takes", async () => {
    const pieces: number[] = [];
    serve(BULK, (body) => {
      pieces.push((body.session_ids as string[]).length);
      return answerAll(body, "");
    });
    await bulk("archive", Array.from({ length: 1200 }, (_, n) => `x${n}`));
    expect(pieces).toEqual([500, 500, 200]);
  });

  it("moves into a folder, and back to where each one was", async () => {
    const moves: unknown[] = [];
    serve(BULK, (body) => {
      moves.push([body.session_ids, body.folder_id]);
      return answerAll(body, "");
    });
    useFolders().adopt([folder("f1"), folder("f2")]);
    useSessions().upsert(row("b", 1, { folder_id: "f2" }));
    await moveTo(["a", "b"], "f1");
    expect(shown()).toEqual(["c"]);
    notice().undo();
    await vi.waitFor(() => expect(moves).toHaveLength(3));
    expect(moves).toEqual([[["a", "b"], "f1"], [["a"], null], [["b"], "f2"]]);
    expect(shown()).toEqual(["a", "c"]);
    await moveTo(["a"], null);
    expect(moves).toHaveLength(3);
  });

  it("selects ranges, and all that there are", async () => {
    const selection = useSelection();
    selection.toggle("b");
    selection.extend("d", ["a", "b", "c", "d", "e"]);
    expect([...selection.ids]).toEqual(["b", "c", "d"]);
    selection.toggle("c");
    expect(selection.count).toBe(2);
    serve("GET /api/chat/sessions", (_body, path) => (path.includes("cursor") ? { sessions: [row("z", 9)], next: null } : { sessions: [row("y", 8)], next: "n" }));
    await useSessions().load();
    await selectAll();
    expect([...selection.ids]).toEqual(["y", "z"]);
    selection.clear();
    expect(selection.active).toBe(false);
  });
});

describe("the lines", () => {
  const now = new Date(2026, 10, 21, 12);
  const at = (days: number): string => new Date(2026, 10, 21 - days, 9).toISOString();
  const say = (items: Item[]): string[] => items.map((item) => (item.kind === "row" ? item.key : item.kind === "head" ? `# ${item.group}` : `${item.kind} ${item.key}`));
  const list = (rows: Session[], next: string | null = null): SessionList =>
    markRaw({ rows: shallowRef(rows), next: ref(next), state: ref("done" as const), load: async () => undefined, take: () => undefined, drop: () => undefined, reset: () => undefined });

  it("stand in groups: pinned, folders, days, months", () => {
    const rows = [
      row("p", 0, { pinned: true }), ...[0, 1, 2, 7, 8, 30, 31, 60, 400].map((days) => storedSession({ session_id: `d${days}`, update_time: at(days) })),
    ];
    const lists = new Map([["f1", list([storedSession({ session_id: "in" })], "more")], ["f2", list([])]]);
    const items = itemsOf({ rows, more: true, folders: [folder("f1", 3), folder("f2"), folder("f3", 1)], lists, byDate: true }, now);
    expect(say(items)).toEqual([
      "# pinned", "pinned:p",
      "# folders", "folder f:f1", "f1:in", "wait w:f1:0", "folder f:f2", "empty e:f2", "folder f:f3",
      "# today", "d:d0", "# yesterday", "d:d1", "# week", "d:d2", "d:d7", "# month", "d:d8", "d:d30",
      "# 2026-9", "d:d31", "# 2026-8", "d:d60", "# 2025-9", "d:d400", "wait more",
    ]);
  });

  it("of the trash are one group", () => {
    const items = itemsOf({ rows: [row("a", 0), row("b", 9e5, { pinned: true })], more: false, folders: null, lists: new Map(), byDate: false }, now);
    expect(say(items)).toEqual(["d:a", "d:b"]);
  });

  it("know when their group begins", () => {
    expect(startOfGroup("week", now)).toBe(new Date(2026, 10, 14).toISOString());
    expect(startOfGroup("2026-8", now)).toBe(new Date(2026, 8, 1).toISOString());
  });
});
