/** The parts of the sidebar that come when they are first needed, with their texts. */
import { defineAsyncComponent } from "vue";

import { loadTexts, withTexts } from "@/i18n";

const menu = (): Promise<typeof import("@/components/sidebar/SessionMenuPanel.vue")> => import("@/components/sidebar/SessionMenuPanel.vue");

export const SessionMenuPanel = withTexts("chats", menu);
export const FolderMenuPanel = withTexts("chats", () => import("@/components/sidebar/FolderMenuPanel.vue"));
export const ListMenuPanel = withTexts("chats", () => import("@/components/sidebar/ListMenuPanel.vue"));
export const SelectionBar = withTexts("chats", () => import("@/components/sidebar/SelectionBar.vue"));
export const ViewHead = withTexts("chats", () => import("@/components/sidebar/ViewHead.vue"));
export const ViewEmpty = withTexts("chats", () => import("@/components/sidebar/ViewEmpty.vue"));
export const FolderTarget = defineAsyncComponent(() => import("@/components/sidebar/FolderTarget.vue"));
export const SessionRename = defineAsyncComponent(() => import("@/components/sidebar/SessionRename.vue"));

/** The pointer is near: have the menu ready. */
export function ahead(): void {
  void Promise.all([menu(), loadTexts("chats")]).catch(() => undefined);
}
