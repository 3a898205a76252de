/** Whether the page is dark at this moment, by the reader's choice or the system's. */
import { computed, onBeforeUnmount, onMounted, ref, type ComputedRef } from "vue";

import { useUser } from "@/stores/user";

export function useDark(): ComputedRef<boolean> {
  const user = useUser();
  const query = window.matchMedia("(prefers-color-scheme: dark)");
  const system = ref(query.matches);
  const follow = (): void => void (system.value = query.matches);

  onMounted(() => query.addEventListener("change", follow));
  onBeforeUnmount(() => query.removeEventListener("change", follow));
  return computed(() => (user.theme === "system" ? system.value : user.theme === "dark"));
}
