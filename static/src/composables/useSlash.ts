/** `/` at the beginning: the prompts and roles that fit what is typed after it. */
import { computed, onBeforeUnmount, ref, watch, type ComputedRef, type Ref } from "vue";

import { useChoice } from "@/composables/useChoice";
import { useComposerBus } from "@/composables/useComposerBus";
import { variablesOf } from "@/lib/writing/variables";
import { useChanges } from "@/stores/changes";
import { useModels } from "@/stores/models";
import { usePrompts } from "@/stores/prompts";
import { useUi } from "@/stores/ui";
import { useWriting } from "@/stores/writing";
import type { Role } from "@/types/api";
import type { Prompt } from "@/types/writing";

export interface SlashItem {
  key: string;
  command: string;
  title: string;
  emoji: string;
  prompt?: Prompt;
  role?: Role;
}

const COMMAND = /^\/([\p{L}\p{N}_-]*)$/u;
const MOST = 50;

/** Puts a prompt into the field, after asking for its blanks. */
export function useInsertPrompt(): (prompt: Pick<Prompt, "title" | "text">) => void {
  const ui = useUi();
  const bus = useComposerBus();
  const writing = useWriting();
  return (prompt) => {
    // What was typed to find it goes; what was written before stays.
    const before = COMMAND.test(writing.text) ? "" : writing.text.trimEnd();
    const insert = (text: string): void => bus.fill(before ? `${before}\n\n${text}` : text);
    if (variablesOf(prompt.text).length) {
      if (!before) writing.text = "";
      ui.show("fill", { prompt, insert });
    } else insert(prompt.text);
  };
}

export function useSlash(): { items: ComputedRef<SlashItem[]>; active: Ref<number>; open: ComputedRef<boolean>; choose: (item: SlashItem) => void } {
  const writing = useWriting();
  const prompts = usePrompts();
  const models = useModels();
  const insert = useInsertPrompt();
  const { chooseRole } = useChoice();
  const active = ref(0);
  /** Escape closes it until the line is another one. */
  const closed = ref(false);
  const query = computed(() => COMMAND.exec(writing.text)?.[1]?.toLowerCase());

  const items = computed<SlashItem[]>(() => {
    const words = query.value;
    if (words === undefined) return [];
    const own = prompts.find(words).map((prompt) => ({ key: prompt.prompt_id, command: prompt.command, title: prompt.title, emoji: "", prompt }));
    const fits = (role: Role): boolean => role.slug.includes(words) || role.name.toLowerCase().includes(words);
    const roles = models.roles.filter(fits).map((role) => ({ key: role.slug, command: role.slug, title: role.name, emoji: role.emoji, role }));
    return [...own.slice(0, MOST), ...roles];
  });
  const open = computed(() => query.value !== undefined && !closed.value && items.value.length > 0);

  function choose(item: SlashItem): void {
    if (item.prompt) return insert(item.prompt);
    writing.text = "";
    void chooseRole(item.role!.slug);
  }

  const KEYS: Record<string, () => void> = {
    ArrowDown: () => (active.value = (active.value + 1) % items.value.length),
    ArrowUp: () => (active.value = (active.value + items.value.length - 1) % items.value.length),
    Enter: () => choose(items.value[active.value]!),
    Tab: () => choose(items.value[active.value]!),
    Escape: () => (closed.value = true),
  };

  function onKey(event: KeyboardEvent): boolean {
    const act = KEYS[event.key];
    if (!open.value || !act || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return false;
    event.preventDefault();
    event.stopPropagation();
    act();
    return true;
  }

  watch(query, (now) => {
    active.value = 0;
    if (now === undefined) closed.value = false;
    else if (!prompts.loaded) void prompts.load().catch(() => undefined);
  }, { immediate: true });
  const off = useChanges().on("prompts", () => void (prompts.loaded && prompts.load().catch(() => undefined)));
  writing.keys = onKey;
  onBeforeUnmount(() => {
    off();
    writing.keys = null;
  });

  return { items, active, open, choose };
}
