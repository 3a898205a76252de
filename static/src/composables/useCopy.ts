import { ref, type Ref } from "vue";

/** Without a secure context there is no clipboard API: a selected text area does the same. */
function copyByHand(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

export function useCopy(): { copied: Ref<boolean>; copy: (text: string) => Promise<void> } {
  const copied = ref(false);
  let timer = 0;

  async function copy(text: string): Promise<void> {
    const done = navigator.clipboard ? navigator.clipboard.writeText(text).then(() => true, () => copyByHand(text)) : copyByHand(text);
    copied.value = await done;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (copied.value = false), 1600);
  }

  return { copied, copy };
}
