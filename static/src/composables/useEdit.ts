/**
 * Writing a question anew: its words and attachments, and whether they may be sent. What is written is kept in this
 * browser with every key, until it is sent or given up: another conversation or a reload takes nothing of it.
 */
import { computed, ref, watch, type ComputedRef, type Ref } from "vue";

import { boot } from "@/boot";
import { characters } from "@/chat/messages";
import { readItem, writeItem } from "@/lib/storage";
import { useUser } from "@/stores/user";
import type { Attachment } from "@/types/api";

export interface Edit {
  value: Ref<string>;
  kept: Ref<Attachment[]>;
  count: ComputedRef<number>;
  limit: number;
  maySend: ComputedRef<boolean>;
  /** Sent or given up: the words need not be kept any longer. */
  done: () => void;
}

export function useEdit(messageId: number, text: string, attachments: Attachment[]): Edit {
  const limit = boot.max_message_chars;
  const name = `aihelper.edit.${useUser().user?.id ?? 0}.${messageId}`;
  const value = ref(readItem(name) ?? text);
  const kept = ref(attachments);
  const count = computed(() => (value.value.length <= limit ? value.value.length : characters(value.value)));
  const maySend = computed(() => count.value <= limit && (value.value.trim() !== "" || kept.value.length > 0));
  const stop = watch(value, (now) => writeItem(name, now === text ? null : now), { flush: "sync" });

  function done(): void {
    stop();
    writeItem(name, null);
  }

  return { value, kept, count, limit, maySend, done };
}
