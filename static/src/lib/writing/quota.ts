/** When to say how much is left. */
import type { Quota } from "@/types/writing";

/** Little is left: what the administrator calls little, or five messages. */
export function isLow(quota: Quota | null | undefined): quota is Quota {
  if (!quota) return false;
  return quota.warn || (quota.unit === "messages" && quota.remaining <= 5);
}
