/** Which keys call which command: the page's defaults, and what the person made of them. */
import type { CommandName } from "@/stores/commands";
import type { Preferences } from "@/types/api";

/** In the order in which they are shown; "" has no keys until somebody gives it some. */
export const DEFAULTS: Record<CommandName, string> = {
  "chat.new": "mod+shift+KeyO",
  "search.open": "mod+KeyK",
  "composer.focus": "shift+Escape",
  "chat.stop": "Escape",
  "copy.answer": "mod+shift+KeyC",
  "copy.code": "mod+shift+Semicolon",
  "models.open": "mod+shift+KeyM",
  "roles.open": "",
  "sidebar.toggle": "mod+shift+KeyS",
  "chat.delete": "mod+shift+Backspace",
  "settings.open": "mod+Period",
  "help.open": "mod+Slash",
};
export const COMMANDS = Object.keys(DEFAULTS) as CommandName[];

export function keysFor(command: CommandName, preferences: Preferences): string {
  return preferences.shortcuts?.[command] ?? DEFAULTS[command];
}

/** Commands by keys. Where two have the same, the one that the person chose; nothing while all are off. */
export function commandsByKeys(preferences: Preferences): Map<string, CommandName> {
  const map = new Map<string, CommandName>();
  if (preferences.shortcuts_off) return map;
  const own = (command: CommandName): number => Number(preferences.shortcuts?.[command] !== undefined);
  for (const command of [...COMMANDS].sort((a, b) => own(a) - own(b))) {
    const keys = keysFor(command, preferences);
    if (keys) map.set(keys, command);
  }
  return map;
}

/** What is to be kept when a command gets other keys (null: its default again): only what differs from the defaults. */
export function withKeys(preferences: Preferences, command: CommandName, keys: string | null): Record<string, string> {
  const others = Object.entries(preferences.shortcuts ?? {}).filter(([name]) => name !== command && name in DEFAULTS);
  const own = keys === null || keys === DEFAULTS[command] ? [] : [[command, keys] as const];
  return Object.fromEntries([...others, ...own]);
}
