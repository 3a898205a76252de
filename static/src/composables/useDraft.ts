/** What is written but not sent, kept per conversation in this browser. */
import { ref, watch, type Ref } from "vue";

import { readItem, writeItem } from "@/lib/storage";

const nameOf = (user: number, session: string | null): string => `aihelper.draft.${user}.${session ?? "new"}`;

export function useDraft(user: () => number, session: () => string | null): Ref<string> {
  const text = ref(readItem(nameOf(user(), session())) ?? "");
  watch(session, (id, before) => {
    // The first message gave the new conversation its id; what was typed since then stays.
    if (before === null && id !== null && text.value) writeItem(nameOf(user(), null), null);
    else text.value = readItem(nameOf(user(), id)) ?? "";
  });
  watch(text, (value) => writeItem(nameOf(user(), session()), value || null));
  return text;
}
