import { computed, ref, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";

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

export function useCopy(): {
  /** For a moment: whether it went to the clipboard, or could not. */
  copied: Ref<boolean>;
  failed: Ref<boolean>;
  /** What the button shows: its own word, and for a moment what came of it. */
  icon: ComputedRef<"copy" | "check" | "alert">;
  word: (own: string) => string;
  copy: (text: string) => Promise<void>;
} {
  const { t } = useI18n();
  const copied = ref(false);
  const failed = ref(false);
  const icon = computed(() => (copied.value ? "check" : failed.value ? "alert" : "copy"));
  const word = (own: string): string => (copied.value ? t("chat.copied") : failed.value ? t("chat.notCopied") : own);
  let timer = 0;

  async function copy(text: string): Promise<void> {
    copied.value = await copyText(text);
    failed.value = !copied.value;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (copied.value = failed.value = false), failed.value ? 4000 : 1600);
  }

  return { copied, failed, icon, word, copy };
}
