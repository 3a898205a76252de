/** The markdown chunk, loaded once, early enough that the first answer finds it there. */
import { ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { whenIdle } from "@/lib/idle";

type Markdown = typeof import("@/lib/markdown/render");

const loaded = shallowRef<Markdown | null>(null);
const settled = ref(false);
let loading: Promise<void> | null = null;

/** Resolves also when it cannot be fetched: then text is shown as it is, and the next call tries again. */
export function loadMarkdown(): Promise<void> {
  loading ??= import("@/lib/markdown/render")
    .then(
      (module) => {
        loaded.value = module;
        // The first live answer finds it there.
        whenIdle(() => void module.loadRepair());
      },
      () => void (loading = null),
    )
    .finally(() => void (settled.value = true));
  return loading;
}

export function useMarkdown(): ShallowRef<Markdown | null> {
  void loadMarkdown();
  return loaded;
}

/** Whether messages can be drawn as they will stay: shown before, they would be plain for a moment and then jump. */
export function useMarkdownSettled(): Ref<boolean> {
  void loadMarkdown();
  return settled;
}
