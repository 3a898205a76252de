/** Where to go after signing in. */
import { computed, type ComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

import { safeNext } from "@/router";

export function useNext(): { shared: ComputedRef<boolean>; query: ComputedRef<{ next?: string }>; go: () => Promise<void> } {
  const route = useRoute();
  const router = useRouter();
  const path = computed(() => safeNext(route.query.next));
  /** Somebody came by a shared link. */
  const shared = computed(() => path.value.startsWith("/s/"));
  /** For links between the pages of signing in and up, so that the way is not lost. */
  const query = computed(() => (path.value === "/" ? {} : { next: path.value }));

  async function go(): Promise<void> {
    // The page of a shared link is one of its own.
    if (shared.value) location.replace(path.value);
    else await router.replace(path.value);
  }

  return { shared, query, go };
}
