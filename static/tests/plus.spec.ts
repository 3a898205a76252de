/** The composer's `+` menu. */
import { mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import PlusMenu from "@/components/composer/PlusMenu.vue";
import { i18n, loadLocale, loadTexts } from "@/i18n";
import { useModels } from "@/stores/models";
import { useRows } from "@/stores/rows";
import type { ModelInfo } from "@/types/api";

const model = (model_id: string): ModelInfo => ({ model_id, model_name: model_id, provider: "p" }) as unknown as ModelInfo;
let wrapper: VueWrapper;

async function menu(narrow: boolean, ...ids: string[]): Promise<void> {
  vi.stubGlobal("matchMedia", (query: string) => ({ matches: narrow && query === "(max-width: 599px)" }));
  useModels().groups = [{ provider: "p", models: ids.map(model) }];
  wrapper = mount(PlusMenu, { global: { plugins: [i18n] }, attachTo: document.body });
  await wrapper.vm.$nextTick();
}

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
  await loadTexts("writing");
});
afterEach(() => {
  wrapper.unmount();
  vi.unstubAllGlobals();
});

it("asks on a phone with which model to compare, beside its own button", async () => {
  await menu(true, "swift", "thorough");
  await wrapper.find('[data-test="add-compare"]').trigger("click");
  expect(wrapper.find('[role="menu"]').exists()).toBe(false);
  const { panel } = useRows();
  expect([panel?.name, panel?.key]).toEqual(["compare-next", ""]);
  expect(panel?.anchor).toBe(wrapper.find('[data-test="composer-add"]').element);
});

it.each([[false, ["swift", "thorough"]], [true, ["swift"]]])("says nothing of it where the top bar does, and with one model", async (narrow, ids) => {
  await menu(narrow, ...ids);
  expect(wrapper.find('[data-test="add-file"]').exists()).toBe(true);
  expect(wrapper.find('[data-test="add-compare"]').exists()).toBe(false);
});
