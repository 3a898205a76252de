/** What is written but not sent, kept per conversation in this browser. */
import { ref, watch, type Ref } from "vue";

import { readItem, writeItem } from "@/lib/storage";

const nameOf = (user: number, session: string | null): string => `aihelper.draft.${user}.${session ?? "new"}`;

/** `born`: the conversation that a new one has just become, for which the text goes along. */
export function useDraft(user: () => number, session: () => string | null, born: () => string | null): { text: Ref<string>; keep: (value: string) => void } {
  const text = ref(readItem(nameOf(user(), session())) ?? "");
  watch(session, (id, before) => {
    if (before === null && id !== null && id === born()) {
      writeItem(nameOf(user(), null), null);
      writeItem(nameOf(user(), id), text.value || null);
    } else text.value = readItem(nameOf(user(), id)) ?? "";
  });
  const keep = (value: string): void => writeItem(nameOf(user(), session()), value || null);
  watch(text, keep);
  return { text, keep };
}
