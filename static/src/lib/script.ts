/** The language tag of a text by its script, so that fonts, line breaks and screen readers fit each message. */
export function languageTag(text: string): string | undefined {
  const sample = text.slice(0, 2000);
  const count = (pattern: RegExp): number => sample.match(pattern)?.length ?? 0;
  const han = count(/\p{Script=Han}/gu);
  const kana = count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  const hangul = count(/\p{Script=Hangul}/gu);
  const latin = count(/\p{Script=Latin}/gu);
  // One character of these scripts says about as much as four letters.
  const eastern = 4 * (han + kana + hangul);
  if (eastern === 0) return latin ? "en" : undefined;
  if (eastern < latin) return "en";
  if (hangul > han + kana) return "ko";
  return kana > han / 10 ? "ja" : "zh-CN";
}
