/** Choosing a model or a role, and finding the model. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useChoice } from "@/composables/useChoice";
import { useModelGroups } from "@/composables/useModelGroups";
import { useConversation } from "@/stores/conversation";
import { useModels } from "@/stores/models";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import type { ModelInfo, User } from "@/types/api";

import { detail, Refusal, serve, storedSession } from "../helpers";
import { hosted } from "../host";

const model = (model_id: string, description = ""): ModelInfo => ({ model_id, model_name: model_id.toUpperCase(), description }) as ModelInfo;

beforeEach(() => {
  setActivePinia(createPinia());
  useUser().user = { id: 7, username: "ann", preferences: {} } as User;
  useModels().groups = [
    { provider: "North", models: [model("a1", "quick"), model("a2", "reads long texts")] },
    { provider: "South", models: [model("b1", "Quick, and cheap")] },
  ];
});
afterEach(() => vi.unstubAllGlobals());

describe("a choice", () => {
  const answers = () => ({
    "PATCH /api/user/info": (body: unknown): unknown => ({ ...useUser().user, preferences: { ...useUser().preferences, ...(body as User).preferences } }),
    "PATCH /api/chat/session/s1": (body: unknown): unknown => storedSession(body as object),
  });

  function open(): void {
    useConversation().key = "s1";
    useConversation().apply({ type: "loaded", detail: detail([]) });
    useSessions().learn([storedSession({ model_id: "a1" })]);
  }

  it("of a model is for the next conversation when none is open", async () => {
    const { asked } = serve(answers());
    await hosted(useChoice).made.chooseModel("b1");
    expect(asked).toEqual([["PATCH /api/user/info", { preferences: { model_id: "b1" } }]]);
    expect(useModels().modelForNew).toBe("b1");
  });

  it("of a model is for the open conversation too", async () => {
    const { asked } = serve(answers());
    open();
    await hosted(useChoice).made.chooseModel("b1");
    expect(asked).toEqual(expect.arrayContaining([["PATCH /api/chat/session/s1", { model_id: "b1" }], ["PATCH /api/user/info", { preferences: { model_id: "b1" } }]]));
    expect(useConversation().modelId).toBe("b1");
  });

  it("that the server refuses is taken back, with its sentence", async () => {
    serve({ ...answers(), "PATCH /api/chat/session/s1": () => new Refusal(400, "No such model.") });
    open();
    const choosing = hosted(useChoice).made.chooseModel("b1");
    expect(useConversation().modelId).toBe("b1");
    await choosing;
    expect(useConversation().modelId).toBe("a1");
    expect(useUi().notices.map(({ text, tone }) => [text, tone])).toEqual([["No such model.", "danger"]]);
  });

  it("of a role is for the open conversation alone, or for the next ones", async () => {
    const { asked } = serve(answers());
    const { made } = hosted(useChoice);
    await made.chooseRole("teacher");
    open();
    await made.chooseRole("poet");
    expect(asked).toEqual([["PATCH /api/user/info", { preferences: { role: "teacher" } }], ["PATCH /api/chat/session/s1", { role: "poet" }]]);
    expect(useConversation().role).toBe("poet");
  });
});

describe("the models to choose from", () => {
  const begin = (): ReturnType<typeof useModelGroups> => hosted(() => useModelGroups(() => "Favourites")).made;
  const shown = ({ groups }: ReturnType<typeof useModelGroups>): string[] => groups.value.map(({ provider, models }) => `${provider}: ${models.map(({ model_id }) => model_id).join()}`);

  it("are those of each provider, none of them empty, favourites on top and only there", () => {
    const made = begin();
    expect(shown(made)).toEqual(["North: a1,a2", "South: b1"]);
    useUser().user = { ...useUser().user!, preferences: { favourite_models: ["b1", "a2", "gone"] } };
    expect(shown(made)).toEqual(["Favourites: a2,b1", "North: a1"]);
  });

  it.each([
    ["", ["North: a1,a2", "South: b1"]], ["QUICK", ["North: a1", "South: b1"]], ["  south  quick ", ["South: b1"]], ["long a2", ["North: a2"]], ["quick nothing", []],
  ])("are found by all of the words, of name, provider and description: %j", (words, expected) => {
    const made = begin();
    made.query.value = words;
    expect(shown(made)).toEqual(expected);
  });

  it("are starred at once and unstarred again; of more than fifty the oldest star goes", async () => {
    const { asked } = serve({ "PATCH /api/user/info": () => new Refusal(503, "Busy.") });
    const made = begin();
    made.toggleFavourite("b1");
    expect([made.isFavourite("b1"), shown(made)[0]]).toEqual([true, "Favourites: b1"]);
    made.toggleFavourite("b1");
    expect(made.isFavourite("b1")).toBe(false);
    const many = Array.from({ length: 50 }, (_, at) => `m${at}`);
    useUser().user = { ...useUser().user!, preferences: { favourite_models: many } };
    made.toggleFavourite("a1");
    expect([made.isFavourite("m0"), made.isFavourite("m1"), made.isFavourite("a1")]).toEqual([false, true, true]);
    await vi.waitFor(() => expect(asked).toHaveLength(3));
    expect((asked[2]![1] as User).preferences.favourite_models).toHaveLength(50);
  });
});
