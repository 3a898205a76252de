import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";

import ShareDialog from "@/components/share/ShareDialog.vue";
import { useCarryOn } from "@/composables/useCarryOn";
import { useShare } from "@/composables/useShare";
import { i18n, loadLocale, loadTexts } from "@/i18n";
import { safeNext } from "@/router";
import type { ShareLink } from "@/types/share";

const LINK: ShareLink = {
  token: "t".repeat(32), path: "/s/t", session_id: "s1", title: "Title", audience: "members", show_name: true, show_reasoning: false,
  message_count: 2, views: 0, grown: false, create_time: "2026-11-21T10:00:00Z", update_time: "2026-11-21T10:00:00Z",
};

function server(answers: Record<string, [status: number, body: object]>): { asked: [string, unknown][] } {
  const asked: [string, unknown][] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const key = `${init.method} ${path}`;
    asked.push([key, init.body ? JSON.parse(init.body as string) : undefined]);
    const [status, body] = answers[key] ?? [404, { detail: "Unknown.", code: "not_found" }];
    return new Response(JSON.stringify(body), { status });
  });
  return { asked };
}

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

describe("the link to a chat", () => {
  const LIST = "GET /api/shares?session_id=s1";

  it("is found with its choices, changed and revoked", async () => {
    const { asked } = server({
      [LIST]: [200, { shares: [LINK], next: null, audiences: ["private", "members"] }],
      [`PATCH /api/shares/${LINK.token}`]: [200, { ...LINK, audience: "private" }],
      [`DELETE /api/shares/${LINK.token}`]: [200, { message: "Gone." }],
    });
    const share = useShare("s1");
    expect(share.audiences.value).toBeNull();
    await share.load();
    expect(share.choices.value).toEqual({ audience: "members", show_name: true, show_reasoning: false });
    expect(share.audiences.value).toEqual(["private", "members"]);
    await share.change({ audience: "private" });
    expect([share.link.value?.audience, asked.at(-1)?.[1]]).toEqual(["private", { audience: "private" }]);
    await share.revoke();
    expect(share.link.value).toBeNull();
  });

  it("is made with what was chosen before", async () => {
    const { asked } = server({
      [LIST]: [200, { shares: [], next: null, audiences: ["private", "members", "public"] }],
      "POST /api/shares": [201, LINK],
    });
    const share = useShare("s1");
    await share.load();
    await share.change({ audience: "members" });
    await share.change({ show_name: true });
    expect(asked).toHaveLength(1);
    await share.create();
    expect(asked.at(-1)?.[1]).toEqual({ session_id: "s1", audience: "members", show_name: true, show_reasoning: false });
    expect(share.link.value).toEqual(LINK);
  });

  it("shows the beginnings of what is shared, answers without the marks of Markdown", async () => {
    const messages = [{ role: "user", content: "**as** typed" }, { role: "assistant", content: `## A **fine**\n\n[word](https://a.example) ${"and more ".repeat(80)}` }];
    server({ [LIST]: [200, { shares: [], next: null, audiences: [] }], "GET /api/chat/session/s1?limit=6": [200, { messages }] });
    const share = useShare("s1");
    await share.load();
    const [question, answer] = await share.excerpts();
    expect(question!.text).toBe("**as** typed");
    expect(answer!.text).toMatch(/^A fine\s+word \(https:\/\/a\.example\) and more/);
    expect(answer!.text).toHaveLength(160);
  });

  it("jumps back when a change is refused", async () => {
    server({
      [LIST]: [200, { shares: [LINK], next: null, audiences: ["private", "members"] }],
      [`PATCH /api/shares/${LINK.token}`]: [403, { detail: "Switched off.", code: "sharing_off" }],
    });
    const share = useShare("s1");
    await share.load();
    await share.change({ audience: "public" });
    expect([share.error.value, share.choices.value.audience, share.busy.value]).toEqual(["Switched off.", "members", false]);
  });
});

describe("the dialog", () => {
  it("shows a link that is left where sharing is switched off, to be revoked", async () => {
    const { asked } = server({
      "GET /api/shares?session_id=s1": [200, { shares: [{ ...LINK, grown: true }], next: null, audiences: [] }],
      [`DELETE /api/shares/${LINK.token}`]: [200, { message: "Gone." }],
    });
    await loadLocale("en");
    await loadTexts("share");
    const dialog = mount(ShareDialog, { props: { session_id: "s1" }, global: { plugins: [i18n], stubs: { ModalDialog: { template: "<div><slot /></div>" } } }, attachTo: document.body });
    await flushPromises();
    const at = (name: string): ReturnType<typeof dialog.find> => dialog.find(`[data-test="${name}"]`);
    expect([at("share-off").exists(), at("share-address").exists(), at("share-create").exists(), at("share-refresh").exists()]).toEqual([true, true, false, false]);
    await at("share-revoke").trigger("click");
    await at("share-revoke-sure").trigger("click");
    await flushPromises();
    expect([asked.at(-1)?.[0], at("share-address").exists()]).toEqual([`DELETE /api/shares/${LINK.token}`, false]);
    dialog.unmount();
  });
});

describe("carrying on", () => {
  it("goes by way of signing in for whoever is signed out", async () => {
    const assign = vi.fn();
    vi.stubGlobal("location", { ...location, assign });
    const { asked } = server({});
    await useCarryOn("abc").carryOn();
    expect(asked).toEqual([]);
    expect(assign).toHaveBeenCalledWith("/login?next=%2Fs%2Fabc%23continue");
  });
});

describe("where to go after signing in", () => {
  it("is a chat or a shared link of this site, and nothing else", () => {
    expect(safeNext("/s/aB_-9#continue")).toBe("/s/aB_-9#continue");
    expect(safeNext("/c/3f0d")).toBe("/c/3f0d");
    for (const evil of ["//evil.example", "/s/../admin", "/s/a#other", "https://evil.example/s/a", "/s/a?x=1", undefined]) expect(safeNext(evil)).toBe("/");
  });
});
