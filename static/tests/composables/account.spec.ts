/** Forms, and what belongs to the person: the picture, the language, all chats at once. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useAvatar } from "@/composables/useAvatar";
import { useDeleteChats } from "@/composables/useDeleteChats";
import { useForm } from "@/composables/useForm";
import { useLanguage } from "@/composables/useLanguage";
import { i18n, loadLocale, loadTexts } from "@/i18n";
import { ApiError } from "@/lib/transport/api";
import { useConversation } from "@/stores/conversation";
import { useModels } from "@/stores/models";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import type { Role, User } from "@/types/api";

import { detail, Refusal, serve, storedMessage, storedSession } from "../helpers";
import { hosted } from "../host";

beforeEach(async () => {
  setActivePinia(createPinia());
  useUser().user = { id: 7, username: "ann", locale: "en", avatar: null, preferences: {} } as unknown as User;
  await loadLocale("en");
  await loadTexts("settings");
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a form", () => {
  const refuse = (fields: Record<string, string[]> = {}): Promise<never> => Promise.reject(new ApiError("That does not go.", 400, "invalid", fields));

  it("is sent once at a time, and is busy meanwhile", async () => {
    let finish = (): void => undefined;
    const send = vi.fn(() => new Promise<void>((done) => (finish = done)));
    const { made } = hosted(() => useForm(send));
    const sending = made.submit();
    await made.submit();
    expect([made.busy.value, send.mock.calls.length]).toEqual([true, 1]);
    finish();
    await sending;
    expect([made.busy.value, made.error.value, made.code.value]).toEqual([false, "", ""]);
    const again = made.submit();
    finish();
    await again;
    expect(send).toHaveBeenCalledTimes(2);
  });

  it("says what the server said, and forgets it with the next try", async () => {
    const send = vi.fn<() => Promise<void>>().mockImplementationOnce(() => refuse()).mockResolvedValue(undefined);
    const { made } = hosted(() => useForm(send));
    await made.submit();
    expect([made.error.value, made.code.value, made.busy.value]).toEqual(["That does not go.", "invalid", false]);
    await made.submit();
    expect([made.error.value, made.code.value, made.fields.value]).toEqual(["", "", {}]);
  });

  it("says a sentence at its field, and not a second time", async () => {
    const { made } = hosted(() => useForm(() => refuse({ email: ["Too long."] })));
    await made.submit();
    expect([made.error.value, made.fields.value]).toEqual(["", { email: ["Too long."] }]);
  });

  it("says what is about no field for all of them", async () => {
    const { made } = hosted(() => useForm(() => refuse({ email: ["长。"], non_field_errors: ["不行。", "也不行。"] })));
    await made.submit();
    expect(made.error.value).toBe("不行。也不行。");
  });

  it("hides no mistake of the page's own, and can be sent again", async () => {
    const { made } = hosted(() => useForm(() => Promise.reject(new TypeError("a mistake"))));
    await expect(made.submit()).rejects.toThrow("a mistake");
    expect([made.busy.value, made.error.value]).toEqual([false, ""]);
  });
});

describe("the person's picture", () => {
  const revoked: string[] = [];
  const picture = (type = "image/png", size = 10): File => new File([new Uint8Array(size)], "me", { type });

  beforeEach(() => {
    revoked.length = 0;
    let count = 0;
    vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => `blob:${(count += 1)}`, revokeObjectURL: (url: string) => revoked.push(url) }));
  });

  it("is shown at once, then what the server made of it", async () => {
    serve({ "POST /api/user/avatar": () => ({ avatar: "/media/7.webp" }) });
    const { made } = hosted(useAvatar);
    const choosing = made.choose(picture());
    expect([made.preview.value, made.busy.value]).toEqual(["blob:1", true]);
    await choosing;
    expect([made.preview.value, made.busy.value, revoked, useUser().user!.avatar]).toEqual([null, false, ["blob:1"], "/media/7.webp"]);
  });

  it.each([["text/plain", 10, "settings.avatarType"], ["image/svg+xml", 10, "settings.avatarType"], ["image/png", 2 * 1024 * 1024 + 1, "settings.avatarTooLarge"]])(
    "is refused here when it is %s of %i bytes", async (type, size, sentence) => {
      const { asked } = serve({});
      const { made } = hosted(useAvatar);
      await made.choose(picture(type, size));
      expect([made.error.value, made.preview.value, asked]).toEqual([i18n.global.t(sentence), null, []]);
    });

  it("stays what it was when the server refuses, with its sentence until the next try", async () => {
    const answers: Record<string, () => unknown> = { "POST /api/user/avatar": () => new Refusal(400, "No picture.") };
    serve(answers);
    useUser().user = { ...useUser().user!, avatar: "/old" };
    const { made } = hosted(useAvatar);
    await made.choose(picture());
    expect([made.error.value, made.preview.value, made.busy.value, useUser().user!.avatar]).toEqual(["No picture.", null, false, "/old"]);
    answers["DELETE /api/user/avatar"] = () => ({});
    await made.remove();
    expect([made.error.value, useUser().user!.avatar]).toEqual(["", null]);
  });

  it("is let go of when the settings are closed meanwhile", async () => {
    serve({ "POST /api/user/avatar": () => ({ avatar: "/new" }) });
    const { made, unmount } = hosted(useAvatar);
    const choosing = made.choose(picture());
    unmount();
    expect(revoked).toEqual(["blob:1"]);
    await choosing;
    expect([revoked, useUser().user!.avatar]).toEqual([["blob:1"], "/new"]);
  });
});

describe("another language", () => {
  const speaks = (): string => (i18n.global.locale as unknown as { value: string }).value;
  const role = (name: string): Role => ({ slug: "teacher", name }) as Role;
  const answers = { "PATCH /api/user/info": () => ({ ...useUser().user, locale: "zh-hans" }), "GET /api/roles": (): unknown => ({ roles: [role("老师")] }) };

  it("is spoken by the page, the server and the roles", async () => {
    const { routes } = serve(answers);
    useModels().loaded = true;
    await hosted(useLanguage).made("zh-hans");
    expect([speaks(), useUser().locale, useModels().roles[0]!.name]).toEqual(["zh-CN", "zh-hans", "老师"]);
    expect(routes()).toEqual(["PATCH /api/user/info", "GET /api/roles"]);
  });

  it("stays as it is when its texts cannot be fetched, and says so", async () => {
    const { routes } = serve(answers);
    vi.spyOn(useUser(), "setLocale").mockRejectedValue(new TypeError("Failed to fetch dynamically imported module"));
    await hosted(useLanguage).made("zh-hans");
    expect([speaks(), useUi().notices.map(({ text }) => text)]).toEqual(["en", ["The texts of that language could not be loaded. The language stays as it is."]]);
    expect(routes()).toEqual([]);
  });

  it("asks for no roles that nobody has seen", async () => {
    const { routes } = serve(answers);
    await hosted(useLanguage).made("zh-hans");
    expect(routes()).toEqual(["PATCH /api/user/info"]);
  });

  it("is spoken also when the server cannot be reached", async () => {
    serve({});
    useModels().loaded = true;
    useModels().roles = [role("Teacher")];
    await hosted(useLanguage).made("zh-hans");
    expect([speaks(), useModels().roles[0]!.name]).toEqual(["zh-CN", "Teacher"]);
  });
});

describe("deleting all chats", () => {
  const BULK = "POST /api/chat/sessions/bulk";
  let stored: { archived: boolean; id: string }[];

  /** A server that has these chats and gives two at a time. */
  function answers(): Record<string, (body: unknown, path: string) => unknown> {
    return {
      "GET /api/chat/sessions": (_body, path) => {
        const archived = path.includes("archived=true");
        const page = stored.filter((chat) => chat.archived === archived).slice(0, 2);
        return { sessions: page.map(({ id }) => storedSession({ session_id: id, archived })), next: null };
      },
      [BULK]: (body) => {
        const { session_ids } = body as { session_ids: string[] };
        stored = stored.filter(({ id }) => !session_ids.includes(id));
        return { changed: session_ids };
      },
    };
  }

  function open(): void {
    useConversation().key = "s1";
    useConversation().apply({ type: "loaded", detail: detail([storedMessage({})]) });
  }

  beforeEach(() => {
    stored = ["a", "b", "c", "d"].map((id) => ({ id, archived: id === "d" }));
  });

  it("goes page by page, through the archive too, and tells how many", async () => {
    const { asked } = serve(answers());
    open();
    const { made } = hosted(useDeleteChats);
    expect(made.done.value).toBeNull();
    const running = made.run();
    expect([made.busy.value, made.done.value]).toEqual([true, 0]);
    await running;
    expect([made.busy.value, made.done.value, made.error.value, stored]).toEqual([false, 4, "", []]);
    expect(asked.filter(([route]) => route === BULK).map(([, body]) => (body as { session_ids: string[] }).session_ids)).toEqual([["a", "b"], ["c"], ["d"]]);
    expect(useConversation().messages).toEqual([]);
  });

  it("ends where the server deletes nothing more", async () => {
    const { routes } = serve({ ...answers(), [BULK]: () => ({ changed: [] }) });
    const { made } = hosted(useDeleteChats);
    await made.run();
    expect([made.done.value, routes().filter((route) => route === BULK).length]).toEqual([0, 2]);
  });

  it("that breaks off says why and how far it came", async () => {
    const all = answers();
    let tries = 0;
    serve({ ...all, [BULK]: (body, path) => ((tries += 1) > 1 ? new Refusal(503, "Busy.") : all[BULK]!(body, path)) });
    open();
    const { made } = hosted(useDeleteChats);
    await made.run();
    expect([made.busy.value, made.done.value, made.error.value, stored.length]).toEqual([false, 2, "Busy.", 2]);
    expect(useConversation().messages).toEqual([]);
  });

  it("that deleted nothing leaves the open chat open", async () => {
    serve({ ...answers(), [BULK]: () => new Refusal(503, "Busy.") });
    open();
    const { made } = hosted(useDeleteChats);
    await made.run();
    expect([made.error.value, useConversation().key, useConversation().messages.length]).toEqual(["Busy.", "s1", 1]);
  });
});
