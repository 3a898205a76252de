import { beforeEach, describe, expect, it, vi } from "vitest";

/** IndexedDB, as far as the copies use it. */
const rows = new Map<string, unknown>();
vi.mock("idb-keyval", () => ({
  createStore: () => "store",
  get: async (key: string) => structuredClone(rows.get(key)),
  set: async (key: string, value: unknown) => void rows.set(key, structuredClone(value)),
  del: async (key: string) => void rows.delete(key),
  clear: async () => rows.clear(),
}));

import * as copies from "@/lib/offline/copies";
import { ApiError, configureApi, request } from "@/lib/transport/api";
import type { User } from "@/types/api";

const chat = (number: number): string => `/api/chat/session/s${number}`;
const person = (id: number): User => ({ id, username: `p${id}` }) as User;

beforeEach(() => rows.clear());

describe("what is kept", () => {
  it("is the list, what can be chosen, and whole chats", () => {
    expect(copies.nameOf("/api/chat/sessions?limit=50")).toBe("/api/chat/sessions");
    expect(copies.nameOf("/api/chat/sessions?folder=none&limit=50")).toBe("/api/chat/sessions?folder=none");
    expect(copies.nameOf("/api/models")).toBe("/api/models");
    expect(copies.nameOf(chat(1))).toBe(chat(1));
    for (const other of ["/api/chat/sessions?cursor=x", `${chat(1)}?before=5`, "/api/user/info", "/api/chat/search?q=x", `${chat(1)}/export`, "/api/shares"]) {
      expect(copies.nameOf(other)).toBeNull();
    }
  });

  it("is the newest fifty chats", async () => {
    for (let number = 0; number < copies.MOST_CHATS + 3; number += 1) await copies.keep(chat(number), { number }, number);
    await copies.keep("/api/models", { models: [] }, 1);
    expect(await copies.read(chat(2))).toBeUndefined();
    expect(await copies.read(chat(3))).toEqual({ body: { number: 3 }, at: 3 });
    expect([...rows.keys()].filter(copies.isChat)).toHaveLength(copies.MOST_CHATS);
    expect(await copies.read("/api/models")).toBeDefined();
  });

  it("is no more than so many characters in all, and nothing huge", async () => {
    const large = "x".repeat(copies.MOST_SIZE / 5);
    for (let number = 0; number < 6; number += 1) await copies.keep(chat(number), large, number);
    expect([...rows.keys()].filter(copies.isChat).sort()).toEqual([2, 3, 4, 5].map(chat));
    await copies.keep(chat(9), "x".repeat(copies.MOST_SIZE), 9);
    expect(await copies.read(chat(9))).toBeUndefined();
  });

  it("is one person's", async () => {
    await copies.belongTo(person(1));
    await copies.keep(chat(1), "mine", 1);
    await copies.belongTo(person(1));
    expect(await copies.read(chat(1))).toBeDefined();
    await copies.belongTo(person(2));
    expect(await copies.read(chat(1))).toBeUndefined();
    expect((await copies.owner())?.id).toBe(2);
    await copies.forget();
    expect(rows.size).toBe(0);
  });

  it("is forgotten when it is known to be gone", async () => {
    await copies.keep(chat(1), "one", 1);
    await copies.keep(chat(2), "two", 2);
    await copies.drop(chat(1));
    expect([...rows.keys()].filter(copies.isChat)).toEqual([chat(2)]);
  });
});

describe("requests without a network", () => {
  const kept = { keep: vi.fn(), read: vi.fn(async (path: string) => (path === "/api/models" ? { models: ["kept"] } : undefined)) };

  beforeEach(() => {
    kept.keep.mockReset();
    configureApi({ onSignedOut: () => undefined, sentences: () => ({ offline: "Offline.", failed: "Failed." }), copies: async () => kept });
  });

  it("are answered by copies, where there is one", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("network")));
    await expect(request("GET", "/api/models")).resolves.toEqual({ models: ["kept"] });
    await expect(request("GET", "/api/roles")).rejects.toBeInstanceOf(ApiError);
    await expect(request("POST", "/api/models")).rejects.toMatchObject({ code: "offline" });
    expect(kept.read).toHaveBeenCalledTimes(2);
    vi.unstubAllGlobals();
  });

  it("are no reason to take a copy for an answer of the server", async () => {
    vi.stubGlobal("fetch", async () => new Response("{}", { status: 500 }));
    await expect(request("GET", "/api/models")).rejects.toMatchObject({ status: 500 });
    vi.stubGlobal("fetch", async () => new Response('{"models":[]}'));
    await request("GET", "/api/models");
    await Promise.resolve();
    expect(kept.keep).toHaveBeenCalledWith("/api/models", { models: [] });
    vi.unstubAllGlobals();
  });
});
