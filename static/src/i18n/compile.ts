/**
 * Our texts as vue-i18n's message functions. Their syntax is a part of its own: `{name}`, `{'as it is'}` and ` | `
 * between the forms for different numbers. Its compiler knows more and weighs 6 kB before the first message is on
 * the screen; tests/firstload.spec.ts holds every text against it.
 */
import type { MessageContext } from "vue-i18n";

export interface Texts {
  [key: string]: string | Texts;
}
type Say = (context: MessageContext<string>) => string;
interface Messages {
  [key: string]: Say | Messages;
}

const HOLE = /\{\s*(?:(\w+)|'([^']*)')\s*\}/;

/** The texts of an area, each as a function of what is put into it. */
export function compileTexts(texts: Texts): Messages {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, typeof text === "string" ? compile(text) : compileTexts(text)]));
}

function compile(message: string): Say {
  const forms = message.split(" | ").map(compileForm);
  return forms.length === 1 ? forms[0]! : (context) => context.plural(forms.map((form) => form(context)));
}

function compileForm(form: string): Say {
  // The pattern has two groups: text, name, literal, text, name, literal, ..., text.
  const parts = form.split(HOLE);
  if (parts.length === 1) return () => form;
  const filled = (context: MessageContext<string>, part: string | undefined, at: number): string =>
    at % 3 === 1 && part !== undefined ? String(context.named(part) ?? "") : (part ?? "");
  return (context) => parts.map((part, at) => filled(context, part, at)).join("");
}
