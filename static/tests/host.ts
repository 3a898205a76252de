/** Runs a composable within a small mounted component, as the page does; taken down after each test. */
import { mount, type VueWrapper } from "@vue/test-utils";
import { getActivePinia } from "pinia";
import { afterAll, afterEach } from "vitest";
import { defineComponent, h, type VNodeChild } from "vue";

import { i18n } from "@/i18n";
import { router } from "@/router";

const mounted = new Set<VueWrapper>();
let routed = false;
afterEach(() => mounted.forEach(take));
// The router's first way leads to the sign-in page, whose files are fetched: not after the tests are over.
afterAll(() => (routed ? arrived() : undefined));

/** When the page that the router's first way leads to is there. */
export async function arrived(): Promise<void> {
  await import("@/pages/LoginPage.vue");
}

function take(wrapper: VueWrapper): void {
  if (mounted.delete(wrapper)) wrapper.unmount();
}

export interface Hosted<T> {
  /** What the composable returned. */
  made: T;
  wrapper: VueWrapper;
  unmount: () => void;
}

/** In the document, with the active pinia, the texts that are loaded and the page's own router. */
export function hosted<T>(use: () => T, render: (made: T) => VNodeChild = () => null): Hosted<T> {
  let made!: T;
  const component = defineComponent({ setup: () => ((made = use()), () => h("div", [render(made)])) });
  routed = true;
  const plugins = [getActivePinia()!, i18n, router];
  const wrapper = mount(component, { global: { plugins }, attachTo: document.body });
  mounted.add(wrapper);
  return { made, wrapper, unmount: () => take(wrapper) };
}
