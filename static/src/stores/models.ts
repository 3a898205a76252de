/** The models and roles on offer, and which ones a conversation uses. */
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";

import { request } from "@/lib/transport/api";
import { useUser } from "@/stores/user";
import type { ModelInfo, ModelsAnswer, Role } from "@/types/api";

export interface ModelGroup {
  provider: string;
  models: ModelInfo[];
}

export const useModels = defineStore("models", () => {
  const user = useUser();
  const groups = shallowRef<ModelGroup[]>([]);
  const roles = shallowRef<Role[]>([]);
  const defaultModel = ref<string | null>(null);
  const defaultRole = ref("assistant");
  const loaded = ref(false);
  /** Chosen for a conversation that does not exist yet. */
  const chosenModel = ref<string | null>(null);
  const chosenRole = ref<string | null>(null);

  const all = computed(() => groups.value.flatMap((group) => group.models));

  async function load(): Promise<void> {
    const [models, personas] = await Promise.all([
      request<ModelsAnswer>("GET", "/api/models"),
      request<{ roles: Role[]; default_role: string }>("GET", "/api/roles"),
    ]);
    groups.value = Object.entries(models.providers).map(([provider, list]) => ({ provider, models: list }));
    defaultModel.value = models.default_model;
    roles.value = personas.roles;
    defaultRole.value = personas.default_role;
    loaded.value = true;
  }

  /** Fetches them anew in the background; when that fails, those that are known stay. */
  function renew(): void {
    void load().catch(() => undefined);
  }

  async function reloadRoles(): Promise<void> {
    roles.value = (await request<{ roles: Role[] }>("GET", "/api/roles")).roles;
  }

  function find(id: string | null | undefined): ModelInfo | undefined {
    return id ? all.value.find((model) => model.model_id === id) : undefined;
  }

  function nameOf(id: string | null | undefined): string {
    return find(id)?.model_name || id || "";
  }

  function findRole(slug: string | null | undefined): Role | undefined {
    return roles.value.find((role) => role.slug === slug) ?? roles.value.find((role) => role.slug === defaultRole.value);
  }

  const modelForNew = computed(
    () => (find(chosenModel.value) ?? find(user.preferences.model_id) ?? find(defaultModel.value) ?? all.value[0])?.model_id ?? null,
  );
  const roleForNew = computed(() => findRole(chosenRole.value ?? user.preferences.role)?.slug ?? defaultRole.value);

  return {
    groups, roles, all, loaded, defaultModel, defaultRole, chosenModel, chosenRole, modelForNew, roleForNew,
    load, renew, reloadRoles, find, nameOf, findRole,
  };
});
