/** About how high a message will be, in pixels, before anybody has laid it out. */
const LINE = 26;
const AROUND = { user: 70, assistant: 110 };
/** More than this is guessed from its beginning. */
const LOOKED_AT = 4000;

/** The width of the column of messages, in pixels. */
export function columnWidth(): number {
  return Math.min(736, window.innerWidth - 32);
}

/** `wide`: the width of the column in pixels. */
export function likelyHeight(role: "user" | "assistant", text: string, wide: number): number {
  return AROUND[role] + textHeight(text, (role === "user" ? 0.8 : 1) * wide);
}

/** The same of a text alone. Characters of Chinese are twice as wide as others. */
export function textHeight(text: string, wide: number): number {
  const sample = text.slice(0, LOOKED_AT);
  const perLine = Math.max(20, wide / 8);
  let lines = 0;
  for (const line of sample.split("\n")) {
    const broad = line.length + (line.match(/[\u2e80-\uffef]/g)?.length ?? 0);
    lines += line ? Math.ceil(broad / perLine) : 0.5;
  }
  return Math.round(lines * LINE * (text.length / Math.max(1, sample.length)));
}
