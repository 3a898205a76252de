/** Notices are where they can be reached: on the page, or in the dialog that covers it. */
import { mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defineComponent, h, nextTick, ref } from "vue";

import ModalDialog from "@/components/base/ModalDialog.vue";
import NoticeStack from "@/components/base/NoticeStack.vue";
import { i18n, loadLocale } from "@/i18n";
import { useUi } from "@/stores/ui";

const open = ref<string[]>([]);
const Page = defineComponent(() => () => h("main", [h(NoticeStack), open.value.map((title) => h(ModalDialog, { key: title, title }))]));
let page: VueWrapper;

/** The dialog that the notices are in, by its title; null on the page itself. */
function place(): string | null | undefined {
  const stack = document.querySelector(".notices");
  return stack?.isConnected ? (stack.closest("dialog")?.getAttribute("aria-label") ?? null) : undefined;
}

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
  // jsdom has none.
  HTMLDialogElement.prototype.showModal = vi.fn();
  open.value = [];
  page = mount(Page, { global: { plugins: [i18n] }, attachTo: document.body });
});
afterEach(() => page.unmount());

it("follow the topmost dialog, and come back with the notices that they show", async () => {
  useUi().notify("Deleted.");
  await nextTick();
  const places = [];
  for (const titles of [[], ["one"], ["one", "two"], ["one"], ["three"], []]) {
    open.value = titles;
    await nextTick();
    await nextTick();
    places.push(place());
    expect(document.querySelector('[data-test="notice"]')?.textContent).toContain("Deleted.");
  }
  expect(places).toEqual([null, "one", "two", "one", "three", null]);
});

it("can be undone from there", async () => {
  open.value = ["one"];
  await nextTick();
  const run = vi.fn();
  useUi().notify("Deleted.", { action: { label: "Undo", run } });
  await nextTick();
  document.querySelector<HTMLElement>('dialog [data-test="notice-action"]')!.click();
  expect(run).toHaveBeenCalledOnce();
});
