const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/gu;
const LATIN = /\p{Script=Latin}/gu;

/** Whether a text is written from right to left: most of its letters say so. `undefined`: as the page is. */
export function directionOf(text: string): "rtl" | undefined {
  const sample = text.slice(0, 2000);
  const rtl = sample.match(RIGHT_TO_LEFT)?.length ?? 0;
  return rtl && rtl > (sample.match(LATIN)?.length ?? 0) ? "rtl" : undefined;
}

/** The language tag of a text by its script, so that fonts, line breaks and screen readers fit each message. */
export function languageTag(text: string): string | undefined {
  const sample = text.slice(0, 2000);
  const count = (pattern: RegExp): number => sample.match(pattern)?.length ?? 0;
  const han = count(/\p{Script=Han}/gu);
  const kana = count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  const hangul = count(/\p{Script=Hangul}/gu);
  const latin = count(LATIN);
  // One character of these scripts says about as much as four letters.
  const eastern = 4 * (han + kana + hangul);
  // Arabic letters are those of many languages: a guess would be read aloud wrongly.
  if (directionOf(sample)) return undefined;
  if (eastern === 0) return latin ? "en" : undefined;
  if (eastern < latin) return "en";
  if (hangul > han + kana) return "ko";
  return kana > han / 10 ? "ja" : "zh-CN";
}
