/** When to say how much is left. */
import type { Quota } from "@/types/writing";

/** Little is left: a fifth of it, or five messages. */
export function isLow(quota: Quota | null | undefined): quota is Quota {
  if (!quota) return false;
  return quota.remaining <= quota.limit * 0.2 || (quota.unit === "messages" && quota.remaining <= 5);
}
