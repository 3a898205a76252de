/** Chats from elsewhere: a file is looked at first, then imported, and what was imported can be taken back. */
import { computed, onScopeDispose, ref, shallowRef } from "vue";

import { request } from "@/lib/transport/api";
import type { ImportReport, ImportRow, Undone } from "@/types/imports";

const PATH = "/api/chat/imports";

export function useImport() {
  const state = ref<"ready" | "checking" | "checked" | "importing" | "done">("ready");
  const file = shallowRef<File | null>(null);
  const report = shallowRef<ImportReport | null>(null);
  const undone = shallowRef<Undone | null>(null);
  const error = ref("");
  /** Too large to be sent: how large it is. */
  const tooLarge = ref<number | null>(null);
  const rows = shallowRef<ImportRow[]>([]);
  const maxBytes = ref<number | null>(null);
  const undoing = ref<string | null>(null);
  const busy = computed(() => state.value === "checking" || state.value === "importing");
  let asking: AbortController | null = null;

  /** What was imported before; without a network there is none, and the rest goes on. */
  async function load(): Promise<void> {
    try {
      const answer = await request<{ imports: ImportRow[]; max_bytes: number }>("GET", PATH);
      rows.value = answer.imports;
      maxBytes.value = answer.max_bytes;
    } catch {
      // The list is beside the point here; the file itself will tell what is wrong.
    }
  }

  async function send(dryRun: boolean): Promise<ImportReport | null> {
    const mine = (asking = new AbortController());
    const form = new FormData();
    form.append("file", file.value!);
    form.append("dry_run", String(dryRun));
    error.value = "";
    try {
      return await request<ImportReport>("POST", PATH, { form, signal: mine.signal });
    } catch (cause) {
      if (!mine.signal.aborted) error.value = (cause as Error).message;
      return null;
    }
  }

  /** Look at a file: what would be imported. */
  async function choose(chosen: File): Promise<void> {
    if (busy.value) return;
    file.value = chosen;
    report.value = undone.value = null;
    error.value = "";
    tooLarge.value = maxBytes.value !== null && chosen.size > maxBytes.value ? chosen.size : null;
    state.value = "ready";
    if (tooLarge.value !== null) return;
    state.value = "checking";
    report.value = await send(true);
    state.value = report.value ? "checked" : "ready";
  }

  async function go(): Promise<void> {
    if (state.value !== "checked") return;
    state.value = "importing";
    const answer = await send(false);
    if (answer) report.value = answer;
    state.value = answer ? "done" : "checked";
    // Also after a failure: what was stored before it is stored.
    await load();
  }

  async function undo(importId: string): Promise<void> {
    undoing.value = importId;
    error.value = "";
    try {
      undone.value = await request<Undone>("DELETE", `${PATH}/${importId}`);
    } catch (cause) {
      error.value = (cause as Error).message;
    } finally {
      undoing.value = null;
      await load();
    }
  }

  onScopeDispose(() => state.value === "checking" && asking?.abort());
  return { state, file, report, undone, error, tooLarge, rows, maxBytes, undoing, busy, load, choose, go, undo };
}
