/** A block of code as it is shown: what it is called, its lines in chunks, wrapped and folded as the reader likes. */
import { computed, ref, type ComputedRef, type Ref } from "vue";

import { useMarkdown } from "@/composables/useMarkdown";
import { useUser } from "@/stores/user";
import type { Chunk, Info, LineChunker } from "@/lib/markdown/lines";

/** Line numbers help from here on. */
const NUMBERED = 20;
/** May be folded; and is, when it is opened as something that was written before. */
const FOLDABLE = 30;
const FOLDED = 150;

const PLAIN: Info = { language: "", title: "", marks: new Set() };

export interface CodeView {
  info: ComputedRef<Info>;
  chunks: ComputedRef<Chunk[]>;
  lines: ComputedRef<number>;
  numbered: ComputedRef<boolean>;
  foldable: ComputedRef<boolean>;
  folded: Ref<boolean>;
  wrap: ComputedRef<boolean>;
  setWrap: (wrap: boolean) => void;
}

export function useCodeBlock(code: () => string, written: () => string, live: () => boolean): CodeView {
  const markdown = useMarkdown();
  const user = useUser();
  let chunker: LineChunker | null = null;

  const info = computed(() => markdown.value?.parseInfo(written()) ?? PLAIN);
  const chunks = computed(() => {
    if (!markdown.value) return [{ first: 1, text: code() }];
    chunker ??= new markdown.value.LineChunker();
    return chunker.update(code());
  });
  const lines = computed(() => {
    const last = chunks.value.at(-1);
    return last && markdown.value ? last.first - 1 + markdown.value.countLines(last.text) : 0;
  });
  const numbered = computed(() => lines.value >= NUMBERED);
  const foldable = computed(() => !live() && lines.value > FOLDABLE);
  const folded = ref(!live() && lines.value > FOLDED);
  const wrap = computed(() => user.preferences.code_wrap === true);

  return { info, chunks, lines, numbered, foldable, folded, wrap, setWrap: (value) => void user.prefer({ code_wrap: value }) };
}
