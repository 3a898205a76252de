/** Who colours code of a language. The highlighter comes with the first code, each language with the first of its own. */
import { shallowRef, type ShallowRef } from "vue";

export type Colour = (code: string) => string;

const known = new Map<string, ShallowRef<Colour | null>>();

/** Null until they have come, and for ever when nobody knows the language. Whoever renders with it renders again then. */
export function colourOf(language: string): Colour | null {
  let colour = known.get(language);
  if (!colour) {
    const fresh = shallowRef<Colour | null>(null);
    known.set(language, (colour = fresh));
    import("@/lib/markdown/highlight")
      .then(({ colourer }) => colourer(language))
      .then(
        (found) => (fresh.value = found),
        () => known.delete(language), // asked again by the next one
      );
  }
  return colour.value;
}
