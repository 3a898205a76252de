/**
 * The dialogs of the page: one at a time, each fetched when it is first opened, with its texts.
 * `ui.show("settings", { tab: "data" })` opens one; it gets the second argument as its props and closes by `close`.
 */
import type { Component } from "vue";

import { withTexts } from "@/i18n";

export const DIALOGS = {
  details: withTexts("message", () => import("@/components/message/AnswerDetails.vue")),
  settings: withTexts("settings", () => import("@/components/settings/SettingsDialog.vue")),
  export: withTexts("export", () => import("@/components/export/ExportDialog.vue")),
  import: withTexts("import", () => import("@/components/import/ImportDialog.vue")),
  search: withTexts("search", () => import("@/components/search/SearchDialog.vue")),
  share: withTexts("share", () => import("@/components/share/ShareDialog.vue")),
  shares: withTexts("share", () => import("@/components/share/SharesDialog.vue")),
  roles: withTexts("roles", () => import("@/components/roles/RolesDialog.vue")),
  shortcuts: withTexts("shortcuts", () => import("@/components/shortcuts/ShortcutsDialog.vue")),
  prompts: withTexts("writing", () => import("@/components/composer/PromptsDialog.vue")),
  fill: withTexts("writing", () => import("@/components/composer/FillDialog.vue")),
  attachment: withTexts("writing", () => import("@/components/composer/AttachmentDialog.vue")),
  folder: withTexts("chats", () => import("@/components/sidebar/FolderDialog.vue")),
  move: withTexts("chats", () => import("@/components/sidebar/MoveDialog.vue")),
  rename: withTexts("chats", () => import("@/components/sidebar/RenameDialog.vue")),
  confirm: withTexts("core", () => import("@/components/base/ConfirmDialog.vue")),
} satisfies Record<string, Component>;

export type DialogName = keyof typeof DIALOGS;
