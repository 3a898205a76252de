import { useRouter } from "vue-router";

import { useConversation } from "@/stores/conversation";
import { useFolders } from "@/stores/folders";
import { useUi } from "@/stores/ui";

/** @returns how to begin a new chat: in a folder, or in none. */
export function useNewChat(): (folder?: unknown) => void {
  const router = useRouter();
  const conversation = useConversation();
  const ui = useUi();
  return (folder) => {
    useFolders().target = typeof folder === "string" ? folder : null;
    ui.drawer = false;
    conversation.openNew();
    void router.push("/");
  };
}
