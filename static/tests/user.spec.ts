import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useUser } from "@/stores/user";
import type { User } from "@/types/api";

const ANN = { id: 1, username: "ann", locale: "", preferences: { theme: "dark", hints: { rename: true } } } as unknown as User;
let stored: User;
let saved: unknown[] = [];
/** What the next answer waits for. */
let gate: Promise<void> = Promise.resolve();

beforeEach(() => {
  setActivePinia(createPinia());
  stored = structuredClone(ANN);
  saved = [];
  gate = Promise.resolve();
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    const body = init.method === "PATCH" ? (JSON.parse(init.body as string) as { preferences: object }) : null;
    if (body) {
      saved.push(body.preferences);
      const merged = Object.entries({ ...stored.preferences, ...body.preferences }).filter(([, value]) => value !== null);
      stored = { ...stored, preferences: Object.fromEntries(merged) };
    }
    const answer = JSON.stringify(stored);
    await gate;
    return new Response(answer);
  });
  useUser().user = structuredClone(ANN);
});
afterEach(() => vi.unstubAllGlobals());

describe("preferences", () => {
  it("are saved by what changed, so that another device's choices stay", async () => {
    const user = useUser();
    stored.preferences.theme = "light";
    await user.prefer({ code_wrap: true });
    expect(saved).toEqual([{ code_wrap: true }]);
    expect(user.preferences).toEqual({ theme: "light", hints: { rename: true }, code_wrap: true });
  });

  it("can be taken away", async () => {
    const user = useUser();
    const done = user.prefer({ hints: null });
    expect(user.preferences).toEqual({ theme: "dark" });
    await done;
    expect(saved).toEqual([{ hints: null }]);
    expect(user.preferences).toEqual({ theme: "dark" });
  });

  it("come from another device", async () => {
    const user = useUser();
    stored = { ...stored, preferences: { theme: "light", display_name: "Ann O." } };
    await user.renew();
    expect(user.theme).toBe("light");
    expect(user.name).toBe("Ann O.");
  });

  it("of this tab win over an answer that is older", async () => {
    const user = useUser();
    let open = (): void => undefined;
    gate = new Promise((done) => (open = done));
    const asked = user.renew();
    await Promise.resolve();
    const done = user.setTheme("light");
    open();
    await Promise.all([asked, done]);
    expect(user.theme).toBe("light");
    expect(user.preferences.theme).toBe("light");
  });
});

describe("the name", () => {
  it("is the username where none was chosen", () => {
    expect(useUser().name).toBe("ann");
  });
});
