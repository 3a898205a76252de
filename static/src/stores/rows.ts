/** What is open on the rows of a conversation: the form that edits a question, and the one panel beside a button. */
import { defineStore } from "pinia";
import { ref, shallowRef } from "vue";

export type PanelName = "menu" | "regenerate" | "compare" | "compare-next" | "retry" | "rating";

export interface Panel {
  name: PanelName;
  /** The key of the message that it is about; empty for what is about the next question. */
  key: string;
  /** The button that opened it: it stands beside it, and gives the focus back to it. */
  anchor: HTMLElement;
}

/** A click on the button of an open panel closes it by being outside of it; it must not open it again. */
const SAME_CLICK = 300;

export const useRows = defineStore("rows", () => {
  const editing = ref<string | null>(null);
  const panel = shallowRef<Panel | null>(null);
  let closed = { anchor: null as HTMLElement | null, at: 0 };

  function edit(key: string | null): void {
    editing.value = key;
  }

  /** `after`: in the place of a panel that has just been closed for it. */
  function open(name: PanelName, key: string, anchor: EventTarget | null, after = false): void {
    if (!(anchor instanceof HTMLElement)) return;
    if (!after && closed.anchor === anchor && performance.now() - closed.at < SAME_CLICK) return;
    panel.value = { name, key, anchor };
  }

  /** `byPointer`: by a click somewhere outside of it. */
  function close(byPointer = false): void {
    if (!panel.value) return;
    closed = { anchor: byPointer ? panel.value.anchor : null, at: performance.now() };
    panel.value = null;
  }

  function isOpen(name: PanelName, key: string): boolean {
    return panel.value?.name === name && panel.value.key === key;
  }

  return { editing, panel, edit, open, close, isOpen };
});
