/**
 * Keys, written as text: "mod+shift+KeyO". `mod` is Ctrl, on a Mac Cmd. Letters and signs are those that the layout
 * gives (O is where O is printed); what a layout without Latin letters gives is named by its place on the keyboard.
 */
const SIGNS: Record<string, string> = {
  ";": "Semicolon", "/": "Slash", ".": "Period", ",": "Comma", "'": "Quote", "[": "BracketLeft", "]": "BracketRight",
  "\\": "Backslash", "-": "Minus", "=": "Equal", "`": "Backquote",
};
/** What Shift makes of them on a keyboard of the US kind, where the name is then that of the key. */
const SHIFTED: Record<string, string> = {
  ":": "Semicolon", "?": "Slash", ">": "Period", "<": "Comma", '"': "Quote", "{": "BracketLeft", "}": "BracketRight",
  "|": "Backslash", _: "Minus", "+": "Equal", "~": "Backquote",
};
const NAMES: Record<string, string> = {
  Escape: "Esc", Backspace: "⌫", Delete: "Del", Enter: "↵", Space: "␣", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→",
  ...Object.fromEntries(Object.entries(SIGNS).map(([sign, name]) => [name, sign])),
};
const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "Fn", "OS"]);
/** What no page gets to see, and what belongs to the text that is being written. */
const TAKEN = /^mod\+(shift\+)?Key[NRTW]$|^mod\+(Key[ACVXZ]|Tab|shift\+Tab)$|^alt\+(F4|Tab)$/;

export type Stroke = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);

/** The key without modifiers, and whether Shift only served to write the sign. */
function named({ key, code, shiftKey }: Stroke): { name: string; spent: boolean } {
  if (/^[a-z]$/i.test(key)) return { name: `Key${key.toUpperCase()}`, spent: false };
  if (shiftKey && SHIFTED[key] === code) return { name: code, spent: false };
  if (key in SIGNS) return { name: SIGNS[key]!, spent: shiftKey };
  return { name: key.length > 1 && key !== "Dead" && key !== "Unidentified" ? key : code, spent: false };
}

/** @returns the keys of an event as text, or "" for a modifier alone. */
export function keysOf(event: Stroke, mac = isMac()): string {
  if (MODIFIERS.has(event.key)) return "";
  const { name, spent } = named(event);
  const parts = [
    (mac ? event.metaKey : event.ctrlKey) && "mod",
    mac && event.ctrlKey && "ctrl",
    !mac && event.metaKey && "meta",
    event.altKey && "alt",
    event.shiftKey && !spent && "shift",
    name.replace(/[^A-Za-z0-9]/g, ""),
  ];
  return parts.filter(Boolean).join("+");
}

/** As people read them: ["Ctrl", "Shift", "O"], on a Mac ["⌘", "⇧", "O"]. */
export function labelsOf(keys: string, mac = isMac()): string[] {
  const words: Record<string, string> = mac
    ? { mod: "⌘", ctrl: "⌃", alt: "⌥", shift: "⇧" }
    : { mod: "Ctrl", alt: "Alt", shift: "Shift", meta: "Win" };
  return keys.split("+").filter(Boolean).map((part) => words[part] ?? NAMES[part] ?? part.replace(/^(Key|Digit)/, ""));
}

/** Whether keys may call a command: not those of the browser, and none with which people write. */
export function isUsable(keys: string): boolean {
  const parts = keys.split("+");
  const name = parts.at(-1)!;
  const strong = parts.some((part) => ["mod", "ctrl", "alt", "meta"].includes(part));
  return (strong || /^F\d+$/.test(name) || name === "Escape") && !TAKEN.test(keys) && /^[A-Za-z0-9]{1,20}$/.test(name);
}
