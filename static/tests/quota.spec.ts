/** What is left of a quota: said above the field when it is little, and nothing before. */
import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it } from "vitest";

import QuotaNote from "@/components/composer/QuotaNote.vue";
import { i18n, loadLocale, loadTexts } from "@/i18n";
import type { Quota } from "@/types/writing";

const said = (quota: Partial<Quota>): { text: string; spent: boolean; role?: string } => {
  const note = mount(QuotaNote, { props: { quota: { unit: "messages", limit: 1000, remaining: 5, used: 995, warn: true, resets_at: null, ...quota } }, global: { plugins: [i18n] } });
  return { text: note.text(), spent: note.classes("spent"), role: note.attributes("role") };
};

beforeEach(() => void setActivePinia(createPinia()));

describe.each([
  ["en", "5 of 1,000 messages left", "5 of 1,000 tokens left"],
  ["zh-hans", "1,000", "1,000"],
] as const)("what is left of a quota, in %s", (locale, messages, tokens) => {
  beforeEach(async () => {
    await loadLocale(locale);
    await loadTexts("writing");
  });

  it("is said in its unit, to screen readers too", () => {
    expect(said({}).text).toContain(messages);
    expect(said({ unit: "tokens" }).text).toContain(tokens);
    expect(said({}).role).toBe("status");
  });

  it("says until when, and that nothing is left", () => {
    const whole = said({ remaining: 0, resets_at: new Date(Date.now() + 3 * 86_400_000).toISOString() });
    expect(whole.text).toContain(" · ");
    expect(whole.spent).toBe(true);
    expect(said({ remaining: 1 }).spent).toBe(false);
  });
});
