/** Ways through the page: to a new chat, and on after signing in. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from "vitest";

import { useNewChat } from "@/composables/useNewChat";
import { useNext } from "@/composables/useNext";
import { router } from "@/router";
import { useConversation } from "@/stores/conversation";
import { useFolders } from "@/stores/folders";
import { useUi } from "@/stores/ui";

import { detail, storedMessage } from "../helpers";
import { hosted } from "../host";

let push: MockInstance;
let replace: MockInstance;

beforeEach(() => {
  setActivePinia(createPinia());
  push = vi.spyOn(router, "push").mockResolvedValue(undefined as never);
  replace = vi.spyOn(router, "replace").mockResolvedValue(undefined as never);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a new chat", () => {
  it("is empty, at its own address, with the drawer closed", () => {
    const conversation = useConversation();
    conversation.key = "s1";
    conversation.apply({ type: "loaded", detail: detail([storedMessage({})]) });
    useUi().drawer = true;
    hosted(useNewChat).made();
    expect([conversation.sessionId, conversation.messages, useUi().drawer]).toEqual([null, [], false]);
    expect(push).toHaveBeenCalledExactlyOnceWith("/");
  });

  it("begins in the folder that it was asked for in; what a click brings along is none", () => {
    const { made: begin } = hosted(useNewChat);
    begin("f1");
    expect(useFolders().target).toBe("f1");
    begin(new MouseEvent("click"));
    expect(useFolders().target).toBeNull();
  });
});

describe("after signing in", () => {
  /** On the page of signing in, which was opened with this query. */
  async function at(next: string | undefined): Promise<ReturnType<typeof useNext>> {
    vi.mocked(router.replace).mockRestore();
    await router.replace({ path: "/login", query: next === undefined ? {} : { next } });
    replace = vi.spyOn(router, "replace").mockResolvedValue(undefined as never);
    return hosted(useNext).made;
  }

  it.each([
    [undefined, "/", {}], ["/c/abc-1", "/c/abc-1", { next: "/c/abc-1" }], ["https://elsewhere.test/", "/", {}], ["//elsewhere.test", "/", {}],
    ["/admin/", "/", {}],
  ])("the page that was wanted is shown, if it is one of ours: %s", async (next, to, query) => {
    const made = await at(next);
    expect([made.shared.value, made.query.value]).toEqual([false, query]);
    await made.go();
    expect(replace).toHaveBeenCalledExactlyOnceWith(to);
  });

  it("a shared link is gone to as the page of its own that it is", async () => {
    const made = await at("/s/tok-1#continue");
    const location = { replace: vi.fn() };
    vi.stubGlobal("location", location);
    expect([made.shared.value, made.query.value]).toEqual([true, { next: "/s/tok-1#continue" }]);
    await made.go();
    expect([location.replace.mock.calls, replace.mock.calls]).toEqual([[["/s/tok-1#continue"]], []]);
  });
});
