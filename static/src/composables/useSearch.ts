/** A search while it is typed: asked when the typing rests, the question before it given up, pages added on demand. */
import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from "vue";

import { ApiError, request } from "@/lib/transport/api";
import type { SearchAnswer, SearchFacets, SearchResult } from "@/types/search";

export const REST_MS = 120;

export interface SearchFilters {
  from: Date | null;
  to: Date | null;
  model: string;
  role: string;
  folder: string;
}

const NONE: SearchFilters = { from: null, to: null, model: "", role: "", folder: "" };
/** Kept while the page is open: who looks into a result and comes back finds the search as it was. */
const last = { text: "", filters: { ...NONE } };

function endOfDay(date: Date): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate(), 23, 59, 59, 999);
}

export function addressOf(text: string, filters: SearchFilters, cursor: string | null): string {
  const query = new URLSearchParams({ q: text });
  if (filters.from) query.set("from", filters.from.toISOString());
  if (filters.to) query.set("to", endOfDay(filters.to).toISOString());
  for (const name of ["model", "role", "folder"] as const) if (filters[name]) query.set(name, filters[name]);
  if (cursor) query.set("cursor", cursor);
  return `/api/chat/search?${query.toString()}`;
}

export function useSearch() {
  const text = ref(last.text);
  const filters = reactive<SearchFilters>({ ...last.filters });
  const results = shallowRef<SearchResult[]>([]);
  const facets = shallowRef<SearchFacets | null>(null);
  const next = ref<string | null>(null);
  const state = ref<"idle" | "loading" | "done" | "error">("idle");
  const error = ref("");
  const words = computed(() => text.value.trim());
  const narrowed = computed(() => Object.values(filters).some(Boolean));
  let timer = 0;
  let asking: AbortController | null = null;

  function stop(): void {
    window.clearTimeout(timer);
    asking?.abort();
    asking = null;
  }

  async function ask(cursor: string | null): Promise<void> {
    stop();
    const mine = (asking = new AbortController());
    state.value = "loading";
    try {
      // Spaces count: after one the last word is a whole one.
      const answer = await request<SearchAnswer>("GET", addressOf(text.value.trimStart(), filters, cursor), { signal: mine.signal });
      if (mine !== asking) return;
      results.value = cursor ? [...results.value, ...answer.results] : answer.results;
      facets.value = answer.facets;
      next.value = answer.next;
      state.value = "done";
    } catch (cause) {
      if (mine !== asking) return;
      if (cause instanceof ApiError && cause.status === 429) return later((cause.retryAfter ?? 1) * 1000);
      error.value = (cause as Error).message;
      state.value = "error";
    }
  }

  function later(ms: number): void {
    stop();
    if (!words.value) {
      results.value = [];
      facets.value = next.value = null;
      state.value = "idle";
      return;
    }
    // What was found stays in sight, unless it has nothing to do with it.
    state.value = "loading";
    timer = window.setTimeout(() => void ask(null), ms);
  }

  async function more(): Promise<void> {
    if (next.value && state.value === "done") await ask(next.value);
  }

  function clearFilters(): void {
    Object.assign(filters, NONE);
  }

  watch(text, () => later(REST_MS));
  watch(filters, () => later(0));
  watch([text, filters], () => Object.assign(last, { text: text.value, filters: { ...filters } }));
  onScopeDispose(stop);
  if (words.value) later(0);

  return { text, words, filters, narrowed, results, facets, next, state, error, more, again: () => later(0), clearFilters };
}

/** For tests, and for whoever signs in next. */
export function forgetSearch(): void {
  Object.assign(last, { text: "", filters: { ...NONE } });
}
