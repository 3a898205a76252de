/** The models to choose from: favourites on top, then by provider, as far as they fit what is searched for. */
import { computed, ref, type ComputedRef, type Ref } from "vue";

import { useModels, type ModelGroup } from "@/stores/models";
import { useUser } from "@/stores/user";
import type { ModelInfo } from "@/types/api";

const MAX_FAVOURITES = 50;

export function useModelGroups(favouritesTitle: () => string): {
  query: Ref<string>;
  groups: ComputedRef<ModelGroup[]>;
  isFavourite: (id: string) => boolean;
  toggleFavourite: (id: string) => void;
} {
  const models = useModels();
  const user = useUser();
  const query = ref("");
  const favourites = computed(() => user.preferences.favourite_models ?? []);
  const isFavourite = (id: string): boolean => favourites.value.includes(id);

  const groups = computed(() => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (provider: string, model: ModelInfo): boolean => {
      const text = `${provider} ${model.model_name} ${model.model_id} ${model.description}`.toLowerCase();
      return words.every((word) => text.includes(word));
    };
    const shown = models.groups.map(({ provider, models: list }) => ({ provider, models: list.filter((model) => fits(provider, model)) }));
    const starred = shown.flatMap((group) => group.models).filter((model) => isFavourite(model.model_id));
    const others = shown.map((group) => ({ ...group, models: group.models.filter((model) => !isFavourite(model.model_id)) }));
    return [{ provider: favouritesTitle(), models: starred }, ...others].filter((group) => group.models.length);
  });

  /** The latest last; beyond fifty the oldest goes. */
  function toggleFavourite(id: string): void {
    const others = favourites.value.filter((other) => other !== id);
    void user.prefer({ favourite_models: isFavourite(id) ? others : [...others, id].slice(-MAX_FAVOURITES) });
  }

  return { query, groups, isFavourite, toggleFavourite };
}
