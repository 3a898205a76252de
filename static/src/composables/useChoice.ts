/** Choosing a model or a role: for the open conversation, and as the preference for the next one. */
import { useConversation } from "@/stores/conversation";
import { useModels } from "@/stores/models";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";

export function useChoice(): { chooseModel: (id: string) => Promise<void>; chooseRole: (slug: string) => Promise<void> } {
  const models = useModels();
  const user = useUser();
  const ui = useUi();
  const sessions = useSessions();
  const conversation = useConversation();

  async function keep(changes: { model_id?: string; role?: string }): Promise<void> {
    const id = conversation.sessionId;
    if (!id) return;
    await sessions.patch(id, changes).catch((cause: Error) => ui.notify(cause.message, { tone: "danger" }));
  }

  async function chooseModel(id: string): Promise<void> {
    models.chosenModel = id;
    await Promise.all([keep({ model_id: id }), user.prefer({ model_id: id })]);
  }

  async function chooseRole(slug: string): Promise<void> {
    models.chosenRole = slug;
    await (conversation.sessionId ? keep({ role: slug }) : user.prefer({ role: slug }));
  }

  return { chooseModel, chooseRole };
}
