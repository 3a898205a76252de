/** Which conversations are marked, to do the same to all of them. */
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";

export const useSelection = defineStore("selection", () => {
  const active = ref(false);
  const ids = shallowRef<ReadonlySet<string>>(new Set());
  const count = computed(() => ids.value.size);
  /** Where a range begins. */
  let anchor: string | null = null;

  function begin(id?: string): void {
    active.value = true;
    if (id) toggle(id);
  }

  function toggle(id: string): void {
    const next = new Set(ids.value);
    if (!next.delete(id)) next.add(id);
    ids.value = next;
    active.value = true;
    anchor = id;
  }

  /** From the last one marked to this one, in the order in which they stand. */
  function extend(id: string, order: string[]): void {
    const [from, to] = [order.indexOf(anchor ?? id), order.indexOf(id)];
    if (from < 0 || to < 0) return toggle(id);
    ids.value = new Set([...ids.value, ...order.slice(Math.min(from, to), Math.max(from, to) + 1)]);
    active.value = true;
  }

  function set(all: Iterable<string>): void {
    ids.value = new Set(all);
  }

  function clear(): void {
    [active.value, ids.value, anchor] = [false, new Set(), null];
  }

  return { active, ids, count, begin, toggle, extend, set, clear };
});
