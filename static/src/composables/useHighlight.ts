import { ref, watch, type Ref } from "vue";

/** Coloured HTML of finished code, or null: then it is shown plain. Never for code that is still growing. */
export function useHighlight(code: () => string, language: () => string, live: () => boolean): Ref<string | null> {
  const html = ref<string | null>(null);
  watch(
    [code, language, live],
    async ([source, name, growing]) => {
      html.value = null;
      if (growing || !name) return;
      const { highlight } = await import("@/lib/markdown/highlight");
      const result = await highlight(source, name).catch(() => null);
      if (source === code()) html.value = result;
    },
    { immediate: true },
  );
  return html;
}
