/** Roles of one's own: used, written, deleted with a way back. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { doomedRoles } from "@/composables/doomedRoles";
import { useOwnRoles } from "@/composables/useOwnRoles";
import { useRoleForm } from "@/composables/useRoleForm";
import { loadLocale, loadTexts } from "@/i18n";
import { router } from "@/router";
import { useConversation } from "@/stores/conversation";
import { useModels } from "@/stores/models";
import { UNDO_MS } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import type { OwnRole, Role, User } from "@/types/api";

import { detail, Refusal, serve, storedMessage, storedSession } from "../helpers";
import { hosted } from "../host";

const role = (slug: string, fields: Partial<OwnRole> = {}): OwnRole => ({
  slug, name: slug.toUpperCase(), emoji: "🦉", description: "D", welcome_message: "W", suggestions: ["One", "Two"], mine: true, has_prompt: true,
  system_prompt: "P", model_id: "m", temperature: 0.5, ...fields,
});
const answers: Parameters<typeof serve>[0] = {};
let server = serve(answers);

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
  await loadTexts("roles");
  for (const route of Object.keys(answers)) delete answers[route];
  answers["GET /api/roles"] = () => ({ roles: [role("a")] });
  server = serve(answers);
  doomedRoles.value = new Set();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("deleting a role", () => {
  const doomed = (): string[] => [...doomedRoles.value];
  const notice = (): ReturnType<typeof useUi>["notices"][number] | undefined => useUi().notices.at(-1);

  beforeEach(() => {
    vi.useFakeTimers();
    answers["DELETE /api/roles/a"] = () => ({ message: "Gone." });
  });

  it("hides it at once, and deletes it when nobody takes it back in time", async () => {
    const { made } = hosted(useOwnRoles);
    made.remove(role("a"));
    expect([[...made.doomed.value], notice()!.text]).toEqual([["a"], "The role “A” was deleted."]);
    await vi.advanceTimersByTimeAsync(UNDO_MS - 1);
    expect(server.routes()).toEqual([]);
    answers["GET /api/roles"] = () => ({ roles: [] });
    await vi.advanceTimersByTimeAsync(1);
    await vi.waitFor(() => expect(server.routes()).toEqual(["DELETE /api/roles/a", "GET /api/roles"]));
    await vi.waitFor(() => expect([doomed(), useModels().roles]).toEqual([[], []]), { timeout: 5000 });
  });

  it("can be taken back, each role by itself", async () => {
    const { made } = hosted(useOwnRoles);
    made.remove(role("a"));
    const back = notice()!.action!.run;
    made.remove(role("b"));
    back();
    expect(doomed()).toEqual(["b"]);
    await vi.advanceTimersByTimeAsync(2 * UNDO_MS);
    expect(server.routes().filter((route) => route.startsWith("DELETE"))).toEqual(["DELETE /api/roles/b"]);
  });

  it("that the server refuses is said, and the role is there again", async () => {
    answers["DELETE /api/roles/a"] = () => new Refusal(503, "Busy.");
    const { made } = hosted(useOwnRoles);
    made.remove(role("a"));
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    await vi.waitFor(() => expect([notice()?.text, notice()?.tone]).toEqual(["Busy.", "danger"]));
    await vi.waitFor(() => expect(doomed()).toEqual([]), { timeout: 5000 });
  });

  it("is complete also when the list cannot be fetched afterwards", async () => {
    answers["GET /api/roles"] = () => new Refusal(503, "Busy.");
    useModels().roles = [role("a"), role("b")];
    const { made } = hosted(useOwnRoles);
    made.remove(role("a"));
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    await vi.waitFor(() => expect(server.routes()).toContain("GET /api/roles"));
    await vi.waitFor(() => expect(doomed()).toEqual([]), { timeout: 5000 });
    expect(useModels().roles.map(({ slug }) => slug)).toEqual(["b"]);
  });

  it("is done at once when the page goes, also after the dialog was closed", async () => {
    const { made, unmount } = hosted(useOwnRoles);
    made.remove(role("a"));
    unmount();
    window.dispatchEvent(new Event("pagehide"));
    expect(server.routes()).toEqual(["DELETE /api/roles/a"]);
    await vi.waitFor(() => expect(doomed()).toEqual([]), { timeout: 5000 });
    await vi.advanceTimersByTimeAsync(2 * UNDO_MS);
    expect(server.routes().filter((route) => route.startsWith("DELETE"))).toHaveLength(1);
  });
});

describe("using a role", () => {
  beforeEach(() => {
    vi.spyOn(router, "push").mockResolvedValue(undefined as never);
    useUser().user = { id: 1, username: "ann", locale: "", preferences: {} } as unknown as User;
    answers["GET /api/chat/session/s1"] = () => detail([storedMessage({ message_id: 1, role: "user" })]);
    answers["PATCH /api/chat/session/s1"] = () => storedSession({ role: "a" });
    answers["PATCH /api/user/info"] = (body) => ({ ...useUser().user, ...(body as object) });
  });
  const patches = (): unknown[] => server.asked.filter(([route]) => route.startsWith("PATCH"));

  it("begins a new chat where something was said", async () => {
    await useConversation().open("s1");
    await hosted(useOwnRoles).made.use("a");
    expect([useConversation().sessionId, useModels().chosenRole]).toEqual([null, "a"]);
    expect(patches()).toEqual([["PATCH /api/user/info", { preferences: { role: "a" } }]]);
  });

  it("gives it to an empty conversation", async () => {
    answers["GET /api/chat/session/s1"] = () => detail([]);
    await useConversation().open("s1");
    await hosted(useOwnRoles).made.use("a");
    expect(useConversation().sessionId).toBe("s1");
    expect(patches()).toEqual([["PATCH /api/chat/session/s1", { role: "a" }]]);
  });
});

describe("the form of a role", () => {
  const saved = (): unknown => server.asked.find(([route]) => /^(POST|PATCH)/.test(route));

  it("makes a new one of what was written", async () => {
    answers["POST /api/roles"] = () => role("new");
    const done = vi.fn();
    const { draft, state, load, submit } = useRoleForm(null, undefined, done);
    await load();
    expect([state.value, server.routes()]).toEqual(["ready", []]);
    Object.assign(draft.value, { name: "New", suggestions: " One \n\n  Two", temperature: "0" });
    await submit();
    const empty = { emoji: "", description: "", welcome_message: "", system_prompt: "", model_id: "" };
    expect(saved()).toEqual(["POST /api/roles", { ...empty, name: "New", suggestions: ["One", "Two"], temperature: 0 }]);
    expect(done).toHaveBeenCalledOnce();
    expect(useModels().roles.map(({ slug }) => slug)).toEqual(["a"]);
  });

  it("changes one of one's own, once it is there", async () => {
    answers["GET /api/roles/a"] = () => role("a");
    answers["PATCH /api/roles/a"] = () => role("a");
    const { draft, state, load, submit } = useRoleForm("a", undefined, vi.fn());
    expect(state.value).toBe("loading");
    await load();
    expect([state.value, draft.value.system_prompt, draft.value.suggestions, draft.value.temperature]).toEqual(["ready", "P", "One\nTwo", "0.5"]);
    draft.value.temperature = "";
    await submit();
    expect(saved()).toEqual(["PATCH /api/roles/a", expect.objectContaining({ name: "A", temperature: null, suggestions: ["One", "Two"] })]);
  });

  it("copies everybody's without its instructions, and with no more suggestions than a role takes", async () => {
    const { draft, state, load } = useRoleForm(null, { ...role("x", { mine: false, suggestions: [..."1234567"] }), system_prompt: "" } as Role, vi.fn());
    expect([state.value, draft.value.name, draft.value.suggestions]).toEqual(["ready", "X", "1\n2\n3\n4\n5\n6"]);
    await load();
    expect(server.routes()).toEqual([]);
  });

  it("copies one's own with its instructions, as another one", async () => {
    answers["GET /api/roles/a"] = () => role("a", { system_prompt: "Secret" });
    answers["POST /api/roles"] = () => role("copy");
    const { draft, state, load, submit } = useRoleForm(null, role("a"), vi.fn());
    expect(state.value).toBe("loading");
    await load();
    expect(draft.value.system_prompt).toBe("Secret");
    await submit();
    expect(server.routes()).toContain("POST /api/roles");
  });

  it("says when the role could not be had, and tries again", async () => {
    const { state, load } = useRoleForm("a", undefined, vi.fn());
    await load();
    expect(state.value).toBe("error");
    answers["GET /api/roles/a"] = () => role("a");
    await load();
    expect(state.value).toBe("ready");
  });

  it("stays open with the server's sentences when it is refused", async () => {
    answers["POST /api/roles"] = () => new Refusal(400, "Check the fields.", { fields: { name: ["There is one of that name."] } });
    const done = vi.fn();
    const { draft, fields, busy, submit } = useRoleForm(null, undefined, done);
    draft.value.name = "Twice";
    await submit();
    expect([fields.value, busy.value, draft.value.name]).toEqual([{ name: ["There is one of that name."] }, false, "Twice"]);
    expect(done).not.toHaveBeenCalled();
  });
});
