/** What is to be said about the connection, and where: a phone's top bar has no room for a sentence, its composer has. */
import { computed, onBeforeUnmount, onMounted, ref, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";

import { shortTime } from "@/lib/time";
import { useUi } from "@/stores/ui";

const TEXTS = { offline: "chat.offline", reconnecting: "chat.reconnecting", fallback: "chat.fallback", streaming: "chat.streaming" } as const;

export function useLinkNote(): { text: ComputedRef<string>; hint: ComputedRef<string | undefined>; narrow: Ref<boolean> } {
  const { t, locale } = useI18n();
  const ui = useUi();
  const query = window.matchMedia?.("(max-width: 599px)");
  const narrow = ref(query?.matches ?? false);
  const look = (): void => void (narrow.value = query?.matches ?? false);
  onMounted(() => query?.addEventListener("change", look));
  onBeforeUnmount(() => query?.removeEventListener("change", look));

  const text = computed(() => {
    if (ui.copyAt && ui.link !== "live" && ui.link !== "streaming") return t("chat.copyFrom", { time: shortTime(new Date(ui.copyAt).toISOString(), locale.value, new Date()) });
    return ui.link in TEXTS ? t(TEXTS[ui.link as keyof typeof TEXTS]) : "";
  });
  const hint = computed(() => (ui.link === "streaming" ? t("chat.streamingHint") : undefined));
  return { text, hint, narrow };
}
