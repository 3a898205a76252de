import { useRouter } from "vue-router";

import { useConversation } from "@/stores/conversation";
import { useUi } from "@/stores/ui";

export function useNewChat(): () => void {
  const router = useRouter();
  const conversation = useConversation();
  const ui = useUi();
  return () => {
    ui.drawer = false;
    conversation.openNew();
    void router.push("/");
  };
}
