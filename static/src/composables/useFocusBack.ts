/**
 * Something stands in the place of the button that opened it. When it goes and takes the focus along, the button has it
 * again: somebody who works by the keyboard goes on where they were.
 */
import { watch } from "vue";

export function useFocusBack(shown: () => boolean, button: () => HTMLElement | null | undefined): void {
  const giveBack = (now: boolean): void => {
    if (!now && document.activeElement === document.body) button()?.focus();
  };
  watch(shown, giveBack, { flush: "post" });
}
