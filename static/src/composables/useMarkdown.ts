/** The markdown chunk, loaded once, early enough that the first answer finds it there. */
import { shallowRef, type ShallowRef } from "vue";

type Markdown = typeof import("@/lib/markdown/render");

const loaded = shallowRef<Markdown | null>(null);
let loading: Promise<void> | null = null;

export function loadMarkdown(): Promise<void> {
  loading ??= import("@/lib/markdown/render").then((module) => {
    loaded.value = module;
  });
  return loading;
}

export function useMarkdown(): ShallowRef<Markdown | null> {
  void loadMarkdown().catch(() => (loading = null));
  return loaded;
}
