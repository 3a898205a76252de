/** The place that an address names by `?m=<message id>`: gone to, and taken out of the address. */
import type { Router } from "vue-router";

import { useReveal } from "@/composables/useReveal";
import { i18n, loadTexts } from "@/i18n";
import { useUi } from "@/stores/ui";

const HANDS = ["wheel", "touchstart", "pointerdown", "keydown"] as const;
let under: AbortController | null = null;

/** Whoever scrolls or types meanwhile wants to be somewhere else. */
function byHand(event: Event): void {
  if (event.isTrusted) under?.abort();
}

export async function goTo(router: Router): Promise<void> {
  under?.abort();
  const mine = (under = new AbortController());
  await router.isReady();
  const { params, query, path } = router.currentRoute.value;
  const messageId = Number(query.m);
  if (typeof params.id !== "string" || !Number.isSafeInteger(messageId)) return;
  // The same place can be gone to again.
  await router.replace(path);
  for (const kind of HANDS) window.addEventListener(kind, byHand, { capture: true, passive: true });
  const there = await useReveal()(params.id, messageId, mine.signal).catch(() => false);
  if (mine !== under) return;
  for (const kind of HANDS) window.removeEventListener(kind, byHand, { capture: true });
  if (there) return;
  await loadTexts("search");
  useUi().notify((i18n.global.t as (key: string) => string)("search.gone"));
}
