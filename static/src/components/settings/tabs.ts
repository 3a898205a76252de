/** The tabs of the settings: what each shows, and by which words it is found. */
import type { Component } from "vue";

import AppearanceSettings from "@/components/settings/AppearanceSettings.vue";
import DataSettings from "@/components/settings/DataSettings.vue";
import DeviceSettings from "@/components/settings/DeviceSettings.vue";
import PasswordSettings from "@/components/settings/PasswordSettings.vue";
import ProfileSettings from "@/components/settings/ProfileSettings.vue";
import ShortcutSettings from "@/components/settings/ShortcutSettings.vue";
import WritingSettings from "@/components/settings/WritingSettings.vue";
import { withTexts } from "@/i18n";

export interface SettingsTab {
  id: string;
  /** A line icon, as in components/base/icons.ts. */
  icon: string;
  component: Component;
  /** Keys of the texts that stand in it, for the search; each is also the `data-setting` of its place. */
  entries: string[];
}

/** Push messages are a part of their own, with texts of their own. */
const NOTIFICATIONS: SettingsTab[] = Object.values(import.meta.glob<{ default: Component }>("./PushSettings.vue")).map((load) => ({
  id: "notifications", component: withTexts("push", load), entries: ["settings.notifications"],
  icon: "M6.500 16.500V11a5.500 5.500 0 0 1 11 0v5.500l1.500 1.500H5l1.500-1.500ZM10 20.500h4",
}));

export const TABS: SettingsTab[] = [
  {
    id: "profile", component: ProfileSettings, entries: ["settings.avatar", "settings.displayName", "settings.email"],
    icon: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.8-3.800 3.700-6 7.500-6s6.700 2.200 7.500 6",
  },
  {
    id: "appearance", component: AppearanceSettings,
    entries: ["settings.theme", "settings.language", "settings.textSize", "settings.codeWrap"],
    icon: "M12 20.500a8.500 8.500 0 1 1 8.500-8.500c0 2.500-2 3-3.500 3h-2.500a1.800 1.800 0 0 0-1.300 3c.600.700.400 2.500-1.200 2.500ZM8 12.500v.01M10 8.500v.01M14.500 8.500v.01",
  },
  {
    id: "writing", component: WritingSettings, entries: ["settings.sendKey", "settings.pasteAsFile", "settings.hints"],
    icon: "M4 20h4L19 9l-4-4L4 16v4ZM13.5 6.5l4 4",
  },
  {
    id: "shortcuts", component: ShortcutSettings, entries: ["settings.shortcuts", "settings.shortcutsOn"],
    icon: "M4.500 6.500h15a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1ZM7 10.500v.01M10.500 10.500v.01M14 10.500v.01M17 10.500v.01M8.500 14h7",
  },
  ...NOTIFICATIONS,
  {
    id: "data", component: DataSettings,
    entries: ["settings.export", "settings.import", "settings.archive", "settings.trash", "settings.shares", "settings.auditTitle", "settings.deleteChats", "settings.deleteAccount"],
    icon: "M12 10c4.100 0 7.500-1.300 7.500-3S16.100 4 12 4 4.500 5.300 4.500 7s3.400 3 7.500 3ZM4.500 7v10c0 1.700 3.400 3 7.500 3s7.500-1.300 7.500-3V7M4.500 12c0 1.700 3.400 3 7.500 3s7.500-1.300 7.500-3",
  },
  {
    id: "devices", component: DeviceSettings, entries: ["settings.devices", "settings.endOthers"],
    icon: "M4.500 5h11a1 1 0 0 1 1 1v1.500M3.500 15.500V6a1 1 0 0 1 1-1M2.500 18.500h9M14.500 9.500h5a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-5a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1ZM17 16.800v.01",
  },
  {
    id: "password", component: PasswordSettings, entries: ["settings.currentPassword", "settings.changePassword"],
    icon: "M7 10.500V8a5 5 0 0 1 10 0v2.500M6 10.500h12a1 1 0 0 1 1 1v7.500a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7.500a1 1 0 0 1 1-1ZM12 14.500v2",
  },
];
