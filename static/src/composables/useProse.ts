/**
 * The HTML of a block. A block that is still being written and costs much (a list nested in one item, a page without
 * a paragraph) is not rendered for every frame: it rests several times as long as it took.
 */
import { onBeforeUnmount, shallowRef, watchEffect, type ShallowRef } from "vue";
import { useI18n } from "vue-i18n";

import { useMarkdown } from "@/composables/useMarkdown";
import type { Block } from "@/lib/markdown/blocks";

/** In milliseconds: what a frame may cost; and how many times its cost a costly one rests. */
const CHEAP = 6;
const REST = 6;

export function useProse(block: () => Block, live: () => boolean, prefix: () => string): ShallowRef<string> {
  const markdown = useMarkdown();
  const { t } = useI18n();
  const html = shallowRef("");
  const woken = shallowRef(0);
  let restUntil = 0;
  let timer = 0;

  watchEffect(() => {
    void woken.value;
    const source = block();
    const growing = live();
    const now = performance.now();
    window.clearTimeout(timer);
    if (growing && now < restUntil) {
      timer = window.setTimeout(() => (woken.value += 1), restUntil - now);
      return;
    }
    html.value = markdown.value?.renderProse(source.source, growing, { ...source, prefix: prefix(), words: { copyCode: t("chat.copyCode") } }) ?? "";
    const cost = performance.now() - now;
    restUntil = cost > CHEAP ? now + cost * (1 + REST) : 0;
  });
  onBeforeUnmount(() => window.clearTimeout(timer));
  return html;
}
