/** Sentences one after the other. No space follows the full-width mark that ends a Chinese one. */
export function together(sentences: readonly string[]): string {
  return sentences.join(" ").replace(/([。！？；]) /g, "$1");
}
