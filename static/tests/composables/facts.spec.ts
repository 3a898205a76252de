/** What is known of how an answer was made, in words. */
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it } from "vitest";

import { fromStored } from "@/chat/messages";
import { useAnswerFacts } from "@/composables/useAnswerFacts";
import { loadLocale, loadTexts } from "@/i18n";
import { useModels } from "@/stores/models";
import type { Message, ModelInfo } from "@/types/api";

import { storedMessage } from "../helpers";
import { hosted } from "../host";

/** The values by their names. */
function facts(fields: Partial<Message>): Record<string, string> {
  const { made } = hosted(() => useAnswerFacts(() => fromStored(storedMessage(fields))));
  return Object.fromEntries(made.facts.value.map(({ name, value }) => [name, value]));
}

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
  await loadTexts("message");
  useModels().groups = [{ provider: "P", models: [{ model_id: "m", model_name: "Whale" } as ModelInfo] }];
});

describe("the facts of an answer", () => {
  it("name the model as it is called, and by its id", () => {
    expect(facts({ model_id: "m" }).model).toBe("Whale (m)");
    expect(facts({ model_id: "gone" }).model).toBe("gone");
  });

  it("say times as precisely as they matter", () => {
    const said = (duration_ms: number): string => facts({ duration_ms }).duration!;
    expect([said(850), said(1234), said(61_260)]).toEqual(["850 ms", "1.23 s", "61.3 s"]);
  });

  it.each([["12.5", "12.50 USD"], ["0.000123456", "0.000123 USD"], ["0", "0 USD"]])("keep of a sum the digits that say something: %s", (cost, said) => {
    expect(facts({ cost, currency: "USD" }).cost).toBe(said);
  });

  it("say what is not known, without a number made up", () => {
    const { provider, firstToken, duration, speed, promptTokens, completionTokens, generation, end } = facts({ finish_reason: "" });
    expect(new Set([provider, firstToken, duration, speed, promptTokens, completionTokens, generation, end]).size).toBe(1);
    expect([provider, facts({ finish_reason: "brand_new" as never }).end]).not.toContain("");
    expect(facts({ finish_reason: "brand_new" as never }).end).toBe("brand_new");
  });

  it("tell administrators who was asked and why it was this one that answered", () => {
    const attempts = [
      { provider: "One", key: "team …1234", code: "rate_limited", ms: 212 },
      { provider: "Two", key: "", code: "circuit_open", ms: 0 },
      { provider: "Three", key: "", code: "brand_new", ms: 1500 },
    ];
    const { asked1, asked2, asked3 } = facts({ attempts });
    expect(asked1).toBe("One (team …1234): too many requests, 212 ms");
    expect(asked2).toBe("Two: not asked, failed too often just now");
    expect(asked3).toBe("Three: brand_new, 1.5 s");
    const one = { provider: "One", key: "", code: "served", ms: 9 };
    expect([facts({}).asked1, facts({ attempts: [one] }).asked1]).toEqual([undefined, undefined]);
  });

  it("are a text to copy, one to a line; of no message there are none", () => {
    const { made } = hosted(() => useAnswerFacts(() => fromStored(storedMessage({ model_id: "m" }))));
    expect(made.text.value.split("\n")).toEqual(made.facts.value.map(({ label, value }) => `${label}: ${value}`));
    const none = hosted(() => useAnswerFacts(() => undefined)).made;
    expect([none.facts.value, none.text.value]).toEqual([[], ""]);
  });
});
