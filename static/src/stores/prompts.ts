/** The prompt library. Deleting waits a little, so that it can be taken back. */
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";

import { request } from "@/lib/transport/api";
import { UNDO_MS } from "@/stores/sessions";
import type { Prompt } from "@/types/writing";

export type PromptText = Pick<Prompt, "command" | "title" | "text">;

export const usePrompts = defineStore("prompts", () => {
  const stored = shallowRef<Prompt[]>([]);
  const loaded = ref(false);
  const doomed = shallowRef(new Map<string, number>());
  const rows = computed(() => stored.value.filter(({ prompt_id }) => !doomed.value.has(prompt_id)));

  async function load(): Promise<void> {
    stored.value = (await request<{ prompts: Prompt[] }>("GET", "/api/prompts")).prompts;
    loaded.value = true;
  }

  function find(query: string): Prompt[] {
    const words = query.trim().toLowerCase();
    const starts = (prompt: Prompt): boolean => prompt.command.toLowerCase().startsWith(words);
    const has = (prompt: Prompt): boolean => [prompt.command, prompt.title].some((text) => text.toLowerCase().includes(words));
    return rows.value.filter(has).sort((a, b) => Number(starts(b)) - Number(starts(a)));
  }

  /** `id`: null makes a new one. @throws ApiError */
  async function save(id: string | null, json: PromptText): Promise<void> {
    const saved = await request<Prompt>(id ? "PATCH" : "POST", id ? `/api/prompts/${id}` : "/api/prompts", { json });
    const others = stored.value.filter(({ prompt_id }) => prompt_id !== saved.prompt_id);
    stored.value = [...others, saved].sort((a, b) => a.command.localeCompare(b.command));
  }

  /** `onFailure`: told the sentence when the server refuses; the prompt is shown again then. */
  function remove(id: string, onFailure: (sentence: string) => void): void {
    const timer = window.setTimeout(() => void commit(id).catch((cause: Error) => onFailure(cause.message)), UNDO_MS);
    doomed.value = new Map([...doomed.value, [id, timer]]);
  }

  function forget(id: string): void {
    window.clearTimeout(doomed.value.get(id));
    doomed.value = new Map([...doomed.value].filter(([known]) => known !== id));
  }

  async function commit(id: string): Promise<void> {
    window.clearTimeout(doomed.value.get(id));
    try {
      await request("DELETE", `/api/prompts/${id}`, { keepalive: true });
      stored.value = stored.value.filter(({ prompt_id }) => prompt_id !== id);
    } finally {
      forget(id);
    }
  }

  /** The page is about to go: what was deleted is deleted. */
  function flush(): void {
    for (const id of doomed.value.keys()) void commit(id).catch(() => undefined);
  }
  window.addEventListener("pagehide", flush);

  return { rows, loaded, load, find, save, remove, undo: forget };
});
