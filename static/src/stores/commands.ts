/**
 * What the keyboard can do: the page's commands by name, each run by whoever has registered it. Which keys call them
 * is decided in one place (`composables/useShortcuts`), so that they can be shown and changed there.
 */
import { defineStore } from "pinia";

export type CommandName =
  | "chat.new" | "chat.delete" | "chat.stop" | "search.open" | "sidebar.toggle" | "models.open" | "composer.focus"
  | "copy.answer" | "copy.code" | "help.open" | "settings.open" | "roles.open";

export const useCommands = defineStore("commands", () => {
  const handlers = new Map<CommandName, (() => void)[]>();

  /** The last one registered answers. @returns how to take it back. */
  function on(name: CommandName, handler: () => void): () => void {
    const known = handlers.get(name) ?? [];
    handlers.set(name, [...known, handler]);
    return () => void handlers.set(name, (handlers.get(name) ?? []).filter((other) => other !== handler));
  }

  /** @returns whether anybody answered. */
  function run(name: CommandName): boolean {
    const handler = handlers.get(name)?.at(-1);
    handler?.();
    return handler !== undefined;
  }

  return { on, run };
});
