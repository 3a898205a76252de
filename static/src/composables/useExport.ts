/** Chats as files: asked for, followed while they come, saved or copied. */
import { computed, onScopeDispose, ref } from "vue";

import { nameOf, readAll, save } from "@/lib/files";
import { call } from "@/lib/transport/api";

export const FORMATS = ["markdown", "text", "html", "json", "pdf"] as const;
export type Format = (typeof FORMATS)[number];

export function useExport(sessionIds: string[] | undefined) {
  const one = sessionIds?.length === 1 ? sessionIds[0]! : null;
  const format = ref<Format>("markdown");
  const state = ref<"ready" | "busy" | "done" | "error">("ready");
  const bytes = ref(0);
  const error = ref("");
  let asking: AbortController | null = null;
  /** A page is printed as it is shown: one at a time. */
  const formats = computed(() => FORMATS.filter((name) => one || name !== "pdf"));

  function ask(wanted: Format, signal: AbortSignal): Promise<Response> {
    if (one) return call("GET", `/api/chat/session/${one}/export?format=${wanted}`, { accept: "*/*", signal });
    const which = sessionIds ? { session_ids: sessionIds } : { all: true };
    return call("POST", "/api/chat/export", { accept: "*/*", signal, json: { ...which, format: wanted } });
  }

  async function fetchFile(wanted: Format): Promise<{ blob: Blob; name: string } | null> {
    const mine = (asking = new AbortController());
    state.value = "busy";
    bytes.value = 0;
    error.value = "";
    try {
      const response = await ask(wanted, mine.signal);
      const blob = await readAll(response, (count) => (bytes.value = count));
      state.value = "done";
      return { blob, name: nameOf(response.headers.get("Content-Disposition"), "aihelper") };
    } catch (cause) {
      state.value = mine.signal.aborted ? "ready" : "error";
      error.value = mine.signal.aborted ? "" : (cause as Error).message;
      return null;
    }
  }

  async function download(): Promise<void> {
    const file = await fetchFile(format.value);
    if (file) save(file.blob, file.name);
  }

  /** @returns the chat as Markdown, or null when it did not come. */
  async function text(): Promise<string | null> {
    return (await (await fetchFile("markdown"))?.blob.text()) ?? null;
  }

  function cancel(): void {
    asking?.abort();
  }
  onScopeDispose(cancel);

  return { one, format, formats, state, bytes, error, download, text, cancel };
}
