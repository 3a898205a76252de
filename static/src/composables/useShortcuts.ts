/** The page's one listener for keys: finds the command that they call, and runs it. */
import { computed, onBeforeUnmount, onMounted } from "vue";

import { commandsByKeys } from "@/composables/shortcutMap";
import { keysOf } from "@/lib/keys";
import { useCommands } from "@/stores/commands";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";

/** Escape belongs to an open menu or panel, which exist while they are open, and to what is being written, unless that is the composer. */
function ownsEscape(target: EventTarget | null): boolean {
  if (document.querySelector("[popover]")) return true;
  const field = (target as HTMLElement | null)?.closest?.("input, textarea, select, [contenteditable]");
  return field !== null && field !== undefined && field.id !== "composer";
}

export function useShortcuts(): void {
  const user = useUser();
  const ui = useUi();
  const commands = useCommands();
  const map = computed(() => commandsByKeys(user.preferences));

  function onKeydown(event: KeyboardEvent): void {
    // While an input method is at work, the keys are its own (229: Chromium's mark, Safari's too).
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    const keys = keysOf(event);
    const command = map.value.get(keys);
    if (!command || ui.dialog || document.querySelector("dialog[open]")) return;
    if (keys === "Escape" && (ui.drawer || ownsEscape(event.target))) return;
    // A key that is held down repeats itself; a command is meant once.
    if (event.repeat) return event.preventDefault();
    if (commands.run(command)) event.preventDefault();
  }

  onMounted(() => {
    window.addEventListener("keydown", onKeydown);
    document.body.dataset.keys = "ready";
  });
  onBeforeUnmount(() => {
    window.removeEventListener("keydown", onKeydown);
    delete document.body.dataset.keys;
  });
}
