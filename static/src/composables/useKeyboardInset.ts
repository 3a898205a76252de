/**
 * How much of the page the keyboard of a phone covers, as --keyboard. Chromium makes the page smaller by itself
 * (interactive-widget in the shell); Safari only moves what is visible of it.
 */
import { onBeforeUnmount, onMounted } from "vue";

export function useKeyboardInset(): void {
  const viewport = window.visualViewport;

  function measure(): void {
    // Zoomed in with two fingers, the visible part says nothing about a keyboard.
    const covered = viewport && viewport.scale === 1 ? window.innerHeight - viewport.height - viewport.offsetTop : 0;
    document.documentElement.style.setProperty("--keyboard", `${covered > 80 ? Math.round(covered) : 0}px`);
  }

  onMounted(() => {
    // The keyboard may be there already: this part of the page comes later than the text field.
    if (viewport) measure();
    viewport?.addEventListener("resize", measure);
    viewport?.addEventListener("scroll", measure);
  });
  onBeforeUnmount(() => {
    viewport?.removeEventListener("resize", measure);
    viewport?.removeEventListener("scroll", measure);
    document.documentElement.style.removeProperty("--keyboard");
  });
}
