/** The language tag of a text by its script, so that fonts, line breaks and screen readers fit each message. */
export function languageTag(text: string): string | undefined {
  const sample = text.slice(0, 2000);
  const count = (pattern: RegExp): number => sample.match(pattern)?.length ?? 0;
  const han = count(/\p{Script=Han}/gu);
  const latin = count(/\p{Script=Latin}/gu);
  if (count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu) > han / 10 && han + latin > 0) return "ja";
  if (count(/\p{Script=Hangul}/gu) > latin / 4) return han + latin || sample.trim() ? "ko" : undefined;
  if (han === 0 && latin === 0) return undefined;
  // One Chinese character says about as much as four letters.
  return han * 4 >= latin ? (han ? "zh-CN" : undefined) : "en";
}
