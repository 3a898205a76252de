/** All links of the person, a page at a time, kept in step with other tabs. */
import { onBeforeUnmount, ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { request } from "@/lib/transport/api";
import { useChanges } from "@/stores/changes";
import type { ShareLink, ShareLinks } from "@/types/share";

export function useShares(): {
  rows: ShallowRef<ShareLink[]>;
  next: Ref<string | null>;
  state: Ref<"loading" | "ready" | "error">;
  load: () => Promise<void>;
  more: () => Promise<void>;
  revoke: (token: string) => Promise<void>;
} {
  const rows = shallowRef<ShareLink[]>([]);
  const next = ref<string | null>(null);
  const state = ref<"loading" | "ready" | "error">("loading");

  async function load(): Promise<void> {
    try {
      const page = await request<ShareLinks>("GET", "/api/shares");
      rows.value = page.shares;
      next.value = page.next;
      state.value = "ready";
    } catch {
      // What is shown stays, when it was asked for anew behind the reader's back.
      if (state.value !== "ready") state.value = "error";
    }
  }

  async function more(): Promise<void> {
    if (!next.value) return;
    const page = await request<ShareLinks>("GET", `/api/shares?cursor=${encodeURIComponent(next.value)}`);
    const known = new Set(rows.value.map((row) => row.token));
    rows.value = [...rows.value, ...page.shares.filter((row) => !known.has(row.token))];
    next.value = page.next;
  }

  async function revoke(token: string): Promise<void> {
    await request("DELETE", `/api/shares/${token}`);
    rows.value = rows.value.filter((row) => row.token !== token);
  }

  onBeforeUnmount(useChanges().on("shares", () => void load()));
  return { rows, next, state, load, more, revoke };
}
