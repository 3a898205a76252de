import { ref, type Ref } from "vue";

/** Without a secure context there is no clipboard API: a selected text area does the same. */
function copyByHand(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  // Behind a modal dialog nothing can be selected; and the focus was on the button, where it belongs.
  const before = document.activeElement;
  ([...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body).append(area);
  area.focus({ preventScroll: true });
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return done;
}

/** @returns whether the text is on the clipboard now. */
export async function copyText(text: string): Promise<boolean> {
  return navigator.clipboard ? navigator.clipboard.writeText(text).then(() => true, () => copyByHand(text)) : copyByHand(text);
}

export function useCopy(): { copied: Ref<boolean>; copy: (text: string) => Promise<void> } {
  const copied = ref(false);
  let timer = 0;

  async function copy(text: string): Promise<void> {
    copied.value = await copyText(text);
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (copied.value = false), 1600);
  }

  return { copied, copy };
}
