/** What is written about a role of one's own: read from the server, or begun anew, and saved. */
import { ref, type Ref } from "vue";

import { useForm } from "@/composables/useForm";
import { request } from "@/lib/transport/api";
import { useModels } from "@/stores/models";
import type { OwnRole, Role } from "@/types/api";

type Draft = Pick<OwnRole, "name" | "emoji" | "description" | "welcome_message" | "system_prompt"> & {
  /** One a line. */
  suggestions: string;
  model_id: string;
  /** "" is the model's own. */
  temperature: string;
};

export function useRoleForm(slug: string | null, from: Role | undefined, done: () => void): ReturnType<typeof useForm> & {
  draft: Ref<Draft>;
  state: Ref<"loading" | "ready" | "error">;
  load: () => Promise<void>;
} {
  const models = useModels();
  const draft = ref<Draft>(draftOf(from));
  const state = ref<"loading" | "ready" | "error">(slug || from?.mine ? "loading" : "ready");

  function draftOf(role: Partial<OwnRole> | undefined): Draft {
    const { name = "", emoji = "", description = "", welcome_message = "", system_prompt = "" } = role ?? {};
    return {
      name, emoji, description, welcome_message, system_prompt,
      suggestions: (role?.suggestions ?? []).slice(0, 6).join("\n"),
      model_id: role?.model_id ?? "",
      temperature: role?.temperature?.toString() ?? "",
    };
  }

  /** A copy of one's own role has its instructions too; those of everybody's are told to nobody. */
  async function load(): Promise<void> {
    const source = slug ?? (from?.mine ? from.slug : null);
    if (!source) return;
    try {
      draft.value = draftOf(await request<OwnRole>("GET", `/api/roles/${source}`));
      state.value = "ready";
    } catch {
      state.value = "error";
    }
  }

  const form = useForm(async () => {
    const { suggestions, temperature, ...rest } = draft.value;
    const json = {
      ...rest,
      suggestions: suggestions.split("\n").map((line) => line.trim()).filter(Boolean),
      temperature: temperature === "" ? null : Number(temperature),
    };
    await (slug ? request("PATCH", `/api/roles/${slug}`, { json }) : request("POST", "/api/roles", { json }));
    await models.reloadRoles();
    done();
  });

  return { draft, state, load, ...form };
}
