/** The blanks of a prompt: `{{name}}`, or `{{name|default}}`. */
export interface Variable {
  name: string;
  value: string;
}

const BLANK = /\{\{\s*([^\s{}|](?:[^{}|]*[^\s{}|])?)\s*(?:\|([^{}]*))?\}\}/g;

/** Each once, in the order of the text; the first default that is given counts. */
export function variablesOf(text: string): Variable[] {
  const found = new Map<string, string>();
  for (const [, name, value] of text.matchAll(BLANK)) found.set(name!, found.get(name!) || (value ?? "").trim());
  return [...found].map(([name, value]) => ({ name, value }));
}

/** The text with what was entered; a blank that was left empty is left out. */
export function fillIn(text: string, values: readonly Variable[]): string {
  const by = new Map(values.map(({ name, value }) => [name, value]));
  return text.replace(BLANK, (_blank, name: string) => by.get(name) ?? "");
}
