/** A text area as high as its text; the style sheet's max-height is the limit. */
import { nextTick, onBeforeUnmount, onMounted, watch, type Ref } from "vue";

export function useAutoGrow(area: Ref<HTMLTextAreaElement | null>, value: Ref<string>): void {
  // Browsers that know field-sizing need no script; setting a height is for the others.
  const native = typeof CSS !== "undefined" && CSS.supports?.("field-sizing", "content");

  function fit(): void {
    const element = area.value;
    if (!element || native) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }

  watch(value, () => void nextTick(fit));
  onMounted(() => {
    fit();
    window.addEventListener("resize", fit);
  });
  onBeforeUnmount(() => window.removeEventListener("resize", fit));
}
