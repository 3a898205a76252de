/** Giving commands other keys: press them, see whom they belonged to, take it back. */
import { ref, type Ref } from "vue";

import { COMMANDS, keysFor, withKeys } from "@/composables/shortcutMap";
import { isUsable, keysOf } from "@/lib/keys";
import type { CommandName } from "@/stores/commands";
import { useUser } from "@/stores/user";

export interface Refusal {
  command: CommandName;
  /** Whose keys they are; null when the browser or the text keeps them for itself. */
  holder: CommandName | null;
  keys: string;
}

export function useRebinding(): {
  listening: Ref<CommandName | null>;
  refusal: Ref<Refusal | null>;
  listen: (command: CommandName | null) => void;
  onKeydown: (event: KeyboardEvent) => void;
  set: (command: CommandName, keys: string | null) => void;
  takeOver: () => void;
  resetAll: () => void;
} {
  const user = useUser();
  /** Which command the next keys are for. */
  const listening = ref<CommandName | null>(null);
  const refusal = ref<Refusal | null>(null);

  function save(shortcuts: Record<string, string>): void {
    void user.prefer({ shortcuts: Object.keys(shortcuts).length ? shortcuts : null });
  }

  function listen(command: CommandName | null): void {
    listening.value = command;
    refusal.value = null;
  }

  function set(command: CommandName, keys: string | null): void {
    save(withKeys(user.preferences, command, keys));
    listen(null);
  }

  function onKeydown(event: KeyboardEvent): void {
    const command = listening.value;
    if (!command || event.isComposing || event.keyCode === 229) return;
    if (event.key === "Tab") return listen(null);
    event.preventDefault();
    event.stopPropagation();
    const keys = keysOf(event);
    if (!keys) return;
    if (keys === "Escape" && command !== "chat.stop") return listen(null);
    if (keys === "Backspace") return set(command, "");
    const holder = COMMANDS.find((other) => other !== command && keysFor(other, user.preferences) === keys) ?? null;
    if (!isUsable(keys) || holder) refusal.value = { command, holder, keys };
    else set(command, keys);
  }

  /** The keys go to the new command; the old one is left without. */
  function takeOver(): void {
    const { command, holder, keys } = refusal.value!;
    if (holder) save({ ...withKeys(user.preferences, holder, ""), ...withKeys({}, command, keys) });
    listen(null);
  }

  return { listening, refusal, listen, onKeydown, set, takeOver, resetAll: () => save({}) };
}
