/** Lists that the person looks through and takes things out of: links, sign-ins. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useAudit } from "@/composables/useAudit";
import { useShares } from "@/composables/useShares";
import { useSignIns } from "@/composables/useSignIns";
import { useChanges } from "@/stores/changes";
import type { AuditEntry, SignIn } from "@/types/api";
import type { ShareLink } from "@/types/share";

import { Refusal, serve } from "../helpers";
import { hosted } from "../host";

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => vi.unstubAllGlobals());

const down = (): Refusal => new Refusal(503, "The server is busy.");

describe("all links", () => {
  const link = (token: string): ShareLink => ({ token }) as ShareLink;
  const tokens = (shares: ReturnType<typeof useShares>): string[] => shares.rows.value.map(({ token }) => token);

  it("come a page at a time, none twice, until there is no more", async () => {
    const { routes } = serve({
      "GET /api/shares": () => ({ shares: [link("a"), link("b")], next: "x/1" }),
      "GET /api/shares?cursor=x%2F1": () => ({ shares: [link("b"), link("c")], next: null }),
    });
    const { made } = hosted(useShares);
    expect(made.state.value).toBe("loading");
    await made.load();
    await made.more();
    expect([made.state.value, tokens(made), made.next.value]).toEqual(["ready", ["a", "b", "c"], null]);
    await made.more();
    expect(routes()).toHaveLength(2);
  });

  it("keep what is there when the next page does not come", async () => {
    const answers = { "GET /api/shares": () => ({ shares: [link("a")], next: "x" }), "GET /api/shares?cursor=x": down };
    serve(answers);
    const { made } = hosted(useShares);
    await made.load();
    await expect(made.more()).rejects.toThrow("The server is busy.");
    expect([tokens(made), made.next.value, made.state.value]).toEqual([["a"], "x", "ready"]);
  });

  it("say that they could not be had, and come at the next try", async () => {
    const answers: Record<string, () => unknown> = { "GET /api/shares": down };
    serve(answers);
    const { made } = hosted(useShares);
    await made.load();
    expect(made.state.value).toBe("error");
    answers["GET /api/shares"] = () => ({ shares: [link("a")], next: null });
    await made.load();
    expect([made.state.value, tokens(made)]).toEqual(["ready", ["a"]]);
  });

  it("lose the one that is revoked, and only once the server has done it", async () => {
    const answers: Record<string, () => unknown> = { "GET /api/shares": () => ({ shares: [link("a"), link("b")], next: null }), "DELETE /api/shares/a": down };
    serve(answers);
    const { made } = hosted(useShares);
    await made.load();
    await expect(made.revoke("a")).rejects.toThrow("The server is busy.");
    expect(tokens(made)).toEqual(["a", "b"]);
    answers["DELETE /api/shares/a"] = () => ({ message: "Gone." });
    await made.revoke("a");
    expect(tokens(made)).toEqual(["b"]);
  });

  it("follow other tabs as long as they are shown", async () => {
    const { routes } = serve({ "GET /api/shares": () => ({ shares: [link("new")], next: null }) });
    const { made, unmount } = hosted(useShares);
    useChanges().tell("shares");
    await vi.waitFor(() => expect(tokens(made)).toEqual(["new"]));
    unmount();
    useChanges().tell("shares");
    expect(routes()).toHaveLength(1);
  });

  it("stay when asking anew behind the reader's back fails", async () => {
    const answers: Record<string, () => unknown> = { "GET /api/shares": () => ({ shares: [link("a")], next: null }) };
    const { routes } = serve(answers);
    const { made } = hosted(useShares);
    await made.load();
    answers["GET /api/shares"] = down;
    useChanges().tell("shares");
    await vi.waitFor(() => expect(routes()).toHaveLength(2));
    await made.load();
    expect([made.state.value, tokens(made)]).toEqual(["ready", ["a"]]);
  });
});

describe("sign-ins", () => {
  const signIn = (id: number, current = false): SignIn => ({ id, current }) as SignIn;
  const ids = (made: ReturnType<typeof useSignIns>): number[] => made.rows.value.map(({ id }) => id);

  it("begin with this device, the others as the server sorts them", async () => {
    serve({ "GET /api/user/sign-ins": () => ({ sign_ins: [signIn(3), signIn(1), signIn(2, true)] }) });
    const made = useSignIns();
    expect(made.state.value).toBe("loading");
    await made.load();
    expect([made.state.value, ids(made)]).toEqual(["ready", [2, 3, 1]]);
  });

  it("say when they could not be had", async () => {
    serve({ "GET /api/user/sign-ins": down });
    const made = useSignIns();
    await made.load();
    expect([made.state.value, ids(made)]).toEqual(["error", []]);
  });

  it("are ended one by one, and it shows which", async () => {
    let left = [signIn(2, true), signIn(3), signIn(4)];
    const busy: unknown[] = [];
    const made = useSignIns();
    serve({
      "GET /api/user/sign-ins": () => ({ sign_ins: left }),
      "DELETE /api/user/sign-ins/3": () => {
        busy.push(made.busy.value);
        left = left.filter(({ id }) => id !== 3);
      },
      "DELETE /api/user/sign-ins": () => {
        busy.push(made.busy.value);
        left = left.filter(({ current }) => current);
      },
    });
    await made.load();
    await made.end(3);
    expect([ids(made), busy, made.busy.value]).toEqual([[2, 4], [3], null]);
    await made.endOthers();
    expect([ids(made), busy, made.busy.value]).toEqual([[2], [3, "others"], null]);
  });

  it("stay when the server refuses, with its sentence until the next try", async () => {
    const answers: Record<string, () => unknown> = { "GET /api/user/sign-ins": () => ({ sign_ins: [signIn(2, true), signIn(3)] }), "DELETE /api/user/sign-ins/3": down };
    serve(answers);
    const made = useSignIns();
    await made.load();
    await made.end(3);
    expect([made.error.value, ids(made), made.busy.value]).toEqual(["The server is busy.", [2, 3], null]);
    answers["DELETE /api/user/sign-ins/3"] = () => undefined;
    const ending = made.end(3);
    expect(made.error.value).toBe("");
    await ending;
    expect(made.error.value).toBe("");
  });
});

describe("what was done with the account", () => {
  const entry = (id: number): AuditEntry => ({ id }) as AuditEntry;
  const ids = (made: ReturnType<typeof useAudit>): number[] => made.rows.value.map(({ id }) => id);

  it("comes a page at a time, and anew when there is more", async () => {
    const answers: Record<string, () => unknown> = {
      "GET /api/user/audit?limit=10": () => ({ entries: [entry(3), entry(2)], next: "2" }),
      "GET /api/user/audit?cursor=2": () => ({ entries: [entry(1)], next: null }),
    };
    serve(answers);
    const { made } = hosted(useAudit);
    await made.load();
    await made.more();
    expect([made.state.value, ids(made), made.next.value]).toEqual(["ready", [3, 2, 1], null]);
    answers["GET /api/user/audit?limit=10"] = () => ({ entries: [entry(4), entry(3)], next: "3" });
    useChanges().tell("audit");
    await vi.waitFor(() => expect(ids(made)).toEqual([4, 3]));
  });

  it("says when it could not be had", async () => {
    serve({ "GET /api/user/audit?limit=10": down });
    const { made } = hosted(useAudit);
    await made.load();
    expect([made.state.value, ids(made)]).toEqual(["error", []]);
  });
});
