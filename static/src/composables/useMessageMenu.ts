/** The menu of a message: what is possible with it now, and doing it. */
import { computed, nextTick, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";

import { isRunning, type ChatMessage } from "@/chat/types";
import { copyText } from "@/composables/useCopy";
import { useMessageTools } from "@/composables/useMessageTools";
import { plainText } from "@/lib/plain";
import { useAloud } from "@/stores/aloud";
import { useConversation } from "@/stores/conversation";
import { useModels } from "@/stores/models";
import { useRows } from "@/stores/rows";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";

export type MenuAction =
  | "copy" | "copyText" | "aloud" | "edit" | "regenerate" | "regenerateWith" | "continue" | "compare" | "good" | "bad" | "branch" | "details" | "delete";

export function useMessageMenu(message: () => ChatMessage, anchor: HTMLElement, close: () => void): {
  may: ComputedRef<Record<Exclude<MenuAction, "copyText" | "good" | "bad"> | "rate", boolean>>;
  run: (action: MenuAction) => void;
} {
  const conversation = useConversation();
  const models = useModels();
  const aloud = useAloud();
  const rows = useRows();
  const ui = useUi();
  const user = useUser();
  const { t } = useI18n();
  const { rate, remove, branch } = useMessageTools();
  /** Where the row of buttons has room for few of them, the rest is here. */
  const isTouch = window.matchMedia("(pointer: coarse)").matches;

  const may = computed(() => {
    const it = message();
    const answer = it.role === "assistant";
    const live = isRunning(it);
    const written = conversation.state.messages.some((other) => isRunning(other) && (other === it || other.parent_id === it.message_id));
    const compared = it.beside !== null || conversation.columns.length > 0;
    return {
      copy: !live && it.content !== "",
      aloud: answer && !live && it.content !== "" && aloud.able,
      edit: isTouch && !answer,
      regenerate: isTouch && answer && !live && (it.status !== "failed" || it.content !== ""),
      regenerateWith: isTouch && answer && !live && models.all.length > 1,
      continue: answer && !live && it.content !== "" && it.finish_reason !== "content_filter",
      compare: answer && !compared && models.all.length > 1,
      rate: isTouch && answer && !live,
      branch: !written,
      details: answer && !live,
      delete: !written && user.mayDelete,
    };
  });

  /** The panel gives the focus back to its button as it closes: another one opens after that. */
  function openAfter(name: "regenerate" | "compare" | "rating"): void {
    void nextTick(() => rows.open(name, message().key, anchor, true));
  }

  /** Its button has gone with the menu: only a failure needs a word. */
  async function copy(text: string): Promise<void> {
    if (!(await copyText(text))) ui.notify(t("chat.notCopied"), { tone: "danger" });
  }

  async function bad(it: ChatMessage): Promise<void> {
    if (it.rating === -1 || (await rate(it, -1))) openAfter("rating");
  }

  function run(action: MenuAction): void {
    const it = message();
    // Before: a dialog gives the focus back to what had it.
    anchor.focus({ preventScroll: true });
    close();
    const acts: Record<MenuAction, () => unknown> = {
      copy: () => copy(it.content),
      copyText: () => copy(plainText(it.content)),
      aloud: () => aloud.toggle(it),
      edit: () => rows.edit(it.key),
      regenerate: () => conversation.rerun("regenerate", it.message_id),
      regenerateWith: () => openAfter("regenerate"),
      continue: () => conversation.rerun("continue", it.message_id),
      compare: () => openAfter("compare"),
      good: () => rate(it, it.rating === 1 ? 0 : 1),
      bad: () => bad(it),
      branch: () => branch(it),
      details: () => ui.show("details", { messageKey: it.key }),
      delete: () => remove(it),
    };
    acts[action]();
  }

  return { may, run };
}
