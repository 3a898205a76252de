/** What administrators have done with this account, a page at a time; kept in step as long as it is shown. */
import { onBeforeUnmount, ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { request } from "@/lib/transport/api";
import { useChanges } from "@/stores/changes";
import type { AuditEntry } from "@/types/api";

interface Page {
  entries: AuditEntry[];
  next: string | null;
}

export function useAudit(): {
  rows: ShallowRef<AuditEntry[]>;
  next: Ref<string | null>;
  state: Ref<"loading" | "ready" | "error">;
  load: () => Promise<void>;
  more: () => Promise<void>;
} {
  const rows = shallowRef<AuditEntry[]>([]);
  const next = ref<string | null>(null);
  const state = ref<"loading" | "ready" | "error">("loading");

  async function load(): Promise<void> {
    try {
      const page = await request<Page>("GET", "/api/user/audit?limit=10");
      rows.value = page.entries;
      next.value = page.next;
      state.value = "ready";
    } catch {
      // What is shown stays, when it was asked for anew behind the reader's back.
      if (state.value !== "ready") state.value = "error";
    }
  }

  async function more(): Promise<void> {
    if (!next.value) return;
    const page = await request<Page>("GET", `/api/user/audit?cursor=${encodeURIComponent(next.value)}`);
    rows.value = [...rows.value, ...page.entries];
    next.value = page.next;
  }

  onBeforeUnmount(useChanges().on("audit", () => void load()));
  return { rows, next, state, load, more };
}
