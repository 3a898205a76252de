import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { keyOf, usePush } from "@/composables/usePush";

import { Refusal, serve } from "./helpers";

const asked: string[] = [];
let subscription: { endpoint: string; toJSON: () => object; unsubscribe: () => Promise<void> } | null;
let permission: NotificationPermission;

beforeEach(() => {
  setActivePinia(createPinia());
  asked.length = 0;
  subscription = null;
  permission = "default";
  const made = { endpoint: "https://push.example/x", toJSON: () => ({ endpoint: "https://push.example/x", keys: {} }), unsubscribe: async () => void (subscription = null) };
  const pushManager = { getSubscription: async () => subscription, subscribe: async () => (subscription = made) };
  vi.stubGlobal("navigator", { ...navigator, serviceWorker: { getRegistration: async () => ({ pushManager }) } });
  vi.stubGlobal("PushManager", class {});
  vi.stubGlobal("Notification", { get permission() { return permission; }, requestPermission: async () => (permission = permission === "default" ? "granted" : permission) });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push(`${init.method} ${path}`);
    return new Response(JSON.stringify({ public_key: "AQID", message: "" }));
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("notices", () => {
  it("are switched on and off for this browser", async () => {
    const push = usePush();
    await push.look();
    expect(push.state.value).toBe("off");
    await push.turn(true);
    expect([push.state.value, asked]).toEqual(["on", ["GET /api/push", "POST /api/push"]]);
    await push.turn(false);
    expect([push.state.value, asked.at(-1)]).toEqual(["off", "DELETE /api/push"]);
  });

  it("are not asked of the server when the person says no", async () => {
    permission = "denied";
    const push = usePush();
    await push.turn(true);
    expect([push.state.value, asked]).toEqual(["denied", []]);
  });

  it("are off again when the server does not take them, with its sentence", async () => {
    serve({ "GET /api/push": () => ({ public_key: "AQID" }), "POST /api/push": () => new Refusal(503, "The server is busy.") });
    const push = usePush();
    await push.turn(true);
    expect([push.state.value, push.error.value, push.busy.value, subscription]).toEqual(["off", "The server is busy.", false, null]);
  });

  it("stay on when the server does not let go of them", async () => {
    const push = usePush();
    await push.turn(true);
    serve({ "DELETE /api/push": () => new Refusal(503, "The server is busy.") });
    await push.turn(false);
    expect([push.state.value, push.error.value]).toEqual(["on", "The server is busy."]);
  });

  it("are switched once, however often that is pressed", async () => {
    const push = usePush();
    await Promise.all([push.turn(true), push.turn(true)]);
    expect(asked.filter((route) => route === "POST /api/push")).toHaveLength(1);
  });

  it("say so where a browser has none", async () => {
    vi.stubGlobal("navigator", {});
    const push = usePush();
    await push.look();
    expect(push.state.value).toBe("unsupported");
  });

  it("take keys as browsers want them", () => {
    expect([...keyOf("AQID_-8")]).toEqual([1, 2, 3, 255, 239]);
  });
});
