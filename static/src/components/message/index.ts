/** What stands around a message and is not needed to show it: all of it comes together, after the first message. */
import { withTexts } from "@/i18n";
import { firstShown } from "@/lib/idle";

export const MessageActions = withTexts("message", () => import("@/components/message/MessageActions.vue"), firstShown);
export const AnswerEnd = withTexts("message", () => import("@/components/message/AnswerEnd.vue"), firstShown);
export const MessageEdit = withTexts("message", () => import("@/components/message/MessageEdit.vue"));
export const MessagePanel = withTexts("message", () => import("@/components/message/MessagePanel.vue"));
export const CompareColumns = withTexts("message", () => import("@/components/message/CompareColumns.vue"));
export const CompareChip = withTexts("message", () => import("@/components/message/CompareChip.vue"));
export const CompareButton = withTexts("message", () => import("@/components/message/CompareButton.vue"), firstShown);
