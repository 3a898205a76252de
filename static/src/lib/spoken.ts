import { plain } from "@/lib/sentences";

/** What is read aloud of an answer, by sentences: its words, without code and without what has no words. */
export function spoken(markdown: string): string[] {
  const lines = markdown.replace(/^([ \t]*)(`{3,}|~{3,})[\s\S]*?(?:^[ \t]*\2|$(?![\s\S]))/gm, "").split("\n");
  return lines.flatMap((line) => sentencesOf(plain(line))).filter((words) => /[\p{L}\p{N}]/u.test(words));
}

function sentencesOf(text: string): string[] {
  if (!("Segmenter" in Intl)) return [text];
  return [...new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(text)].map(({ segment }) => segment.trim());
}
