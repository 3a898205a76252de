/** The lines of the search dialog in one order, for the arrows: recent chats and commands, or what was found. */
import { ref, watch, type ComputedRef, type Ref } from "vue";

import type { SearchResult } from "@/types/search";

/** A line: it leads to an address, or does something. */
export interface Option {
  id: string;
  to?: string;
  run?: () => void;
}

/** The lines of a result: the chat, then the places in it. */
export function optionsOf(result: SearchResult): Option[] {
  const to = `/c/${result.session.session_id}`;
  const places = result.excerpts.map(({ message_id }) => ({ id: `place-${message_id}`, to: `${to}?m=${message_id}` }));
  return [{ id: `chat-${result.session.session_id}`, to }, ...places];
}

export function useSearchOptions(options: ComputedRef<Option[]>, choose: (option: Option, elsewhere: boolean) => void): {
  active: Ref<string>;
  onKeydown: (event: KeyboardEvent) => void;
} {
  const active = ref("");

  // A list that grows at its end keeps the place; another list begins at its top.
  watch(
    () => options.value.map(({ id }) => id),
    (ids) => {
      if (!ids.includes(active.value)) active.value = ids[0] ?? "";
    },
    { immediate: true },
  );

  function move(step: number): void {
    const all = options.value;
    const at = all.findIndex(({ id }) => id === active.value);
    active.value = all[(at + step + all.length) % all.length]?.id ?? "";
  }

  function onKeydown(event: KeyboardEvent): void {
    // An input method is choosing a word.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    const option = options.value.find(({ id }) => id === active.value);
    if (option) choose(option, event.ctrlKey || event.metaKey);
  }

  return { active, onKeydown };
}
