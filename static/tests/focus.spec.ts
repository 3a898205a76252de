import { mount } from "@vue/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { defineComponent, h, nextTick, ref } from "vue";

import { useFocusBack } from "@/composables/useFocusBack";

const shown = ref(false);
const Asking = defineComponent(() => {
  const opener = ref<HTMLButtonElement | null>(null);
  useFocusBack(() => shown.value, () => opener.value);
  return () => (shown.value ? h("input") : h("button", { ref: opener }));
});
const wrapper = mount(defineComponent(() => () => [h(Asking), h("a", { href: "#" })]), { attachTo: document.body });

async function show(value: boolean): Promise<void> {
  shown.value = value;
  await nextTick();
}

afterEach(() => show(false));

describe("what stands in the place of a button", () => {
  it("gives the focus back to it when it goes", async () => {
    await show(true);
    wrapper.find("input").element.focus();
    await show(false);
    expect(document.activeElement).toBe(wrapper.find("button").element);
  });

  it("leaves the focus where somebody has put it", async () => {
    await show(true);
    wrapper.find("a").element.focus();
    await show(false);
    expect(document.activeElement).toBe(wrapper.find("a").element);
  });
});
