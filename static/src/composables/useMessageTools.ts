/** What one does with a single message beside asking anew: rate, delete with a way back, go on in a chat of its own. */
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";

import type { ChatMessage } from "@/chat/types";
import { request } from "@/lib/transport/api";
import { useConversation } from "@/stores/conversation";
import { useRemovals } from "@/stores/removals";
import { UNDO_MS, useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import type { Message, Session } from "@/types/api";

export type Said = Pick<Message, "rating" | "rating_reason" | "rating_comment">;

export function useMessageTools(): {
  rate: (message: ChatMessage, rating: -1 | 0 | 1, reason?: string, comment?: string) => Promise<boolean>;
  remove: (message: ChatMessage) => Promise<void>;
  branch: (message: ChatMessage) => Promise<void>;
  choose: (message: ChatMessage, others: ChatMessage[]) => Promise<void>;
} {
  const { t } = useI18n();
  const router = useRouter();
  const conversation = useConversation();
  const removals = useRemovals();
  const sessions = useSessions();
  const ui = useUi();
  const complain = (sentence: string): number => ui.notify(sentence, { tone: "danger" });

  /** Shown at once, and taken back with a word when the server refuses. @returns whether it was stored. */
  async function rate(message: ChatMessage, rating: -1 | 0 | 1, reason = "", comment = ""): Promise<boolean> {
    const { message_id, rating: before, rating_reason, rating_comment } = message;
    const id = conversation.key;
    conversation.apply({ type: "rated", message_id, rating: rating || null, rating_reason: reason || null, rating_comment: comment || null });
    try {
      const said = await request<Said>("POST", `/api/chat/messages/${message_id}/rating`, { json: { rating, reason, comment } });
      conversation.apply({ type: "rated", message_id, rating: said.rating, rating_reason: said.rating_reason, rating_comment: said.rating_comment }, id);
      return true;
    } catch (cause) {
      conversation.apply({ type: "rated", message_id, rating: before, rating_reason, rating_comment }, id);
      complain((cause as Error).message);
      return false;
    }
  }

  async function remove(message: ChatMessage): Promise<void> {
    try {
      await removals.remove(message, complain);
    } catch (cause) {
      complain((cause as Error).message);
      return;
    }
    const text = t(message.role === "user" ? "message.deletedQuestion" : "message.deletedAnswer");
    const run = (): void => void removals.undo(message.message_id).catch((cause: Error) => complain(cause.message));
    ui.notify(text, { ms: UNDO_MS, action: { label: t("app.undo"), run } });
  }

  async function branch(message: ChatMessage): Promise<void> {
    const from = conversation.sessionId;
    if (!from) return;
    try {
      const session = await request<Session>("POST", `/api/chat/session/${from}/branch`, { json: { message_id: message.message_id } });
      sessions.upsert(session);
      await router.push(`/c/${session.session_id}`);
      const notice = ui.notify(t("message.branched"), { ms: 10_000, action: { label: t("message.branchBack"), run: () => void router.push(`/c/${from}`) } });
      // It speaks of the chat that is open: in another one it would not be true.
      const left = router.afterEach(({ params }) => {
        if (params.id === session.session_id) return;
        ui.dismiss(notice);
        left();
      });
    } catch (cause) {
      complain((cause as Error).message);
    }
  }

  /** Of several columns goes on with one; what the others still write is stopped, what they wrote stays a version. */
  async function choose(message: ChatMessage, others: ChatMessage[]): Promise<void> {
    try {
      await Promise.all(others.filter((other) => ["queued", "running"].includes(other.status)).map((other) => conversation.stop(other)));
      await conversation.show(message.message_id);
    } catch (cause) {
      complain((cause as Error).message);
    }
  }

  return { rate, remove, branch, choose };
}
