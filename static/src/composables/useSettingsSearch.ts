/** Finds settings by the words that stand beside them, and by the name of their tab. */
import { computed, ref, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";

export interface Found {
  tab: string;
  key: string;
  label: string;
}

export function useSettingsSearch(tabs: { id: string; entries: string[] }[]): { query: Ref<string>; found: ComputedRef<Found[]> } {
  const { t } = useI18n();
  const query = ref("");

  const found = computed(() => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    return tabs.flatMap(({ id, entries }) => {
      const name = t(`settings.tabs.${id}`);
      const fits = (label: string): boolean => words.every((word) => `${name} ${label}`.toLowerCase().includes(word));
      return entries.map((key) => ({ tab: id, key, label: t(key) })).filter(({ label }) => fits(label));
    });
  });

  return { query, found };
}
