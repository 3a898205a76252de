/** The shapes of what is about the person: docs/api.md, "People". */
import type { Quota } from "@/types/writing";

export type Locale = "en" | "zh-hans";
export type Theme = "system" | "light" | "dark";
export type SendKey = "enter" | "ctrl_enter";
export type TextSize = "small" | "medium" | "large";

/** What the server keeps for a person on all devices; `accounts/api/preferences.py` says what each may hold. */
export interface Preferences {
  theme?: Theme;
  send_key?: SendKey;
  text_size?: TextSize;
  /** What the page calls the person; the username where there is none. */
  display_name?: string;
  model_id?: string;
  role?: string;
  /** Ids of models, the latest last; at most 50. */
  favourite_models?: string[];
  /** Keys by command where they differ from the defaults; "" is a command without keys. */
  shortcuts?: Record<string, string>;
  shortcuts_off?: boolean;
  /** Hints that were sent away, for ever. */
  hints?: Record<string, true>;
  code_wrap?: boolean;
  push?: boolean;
  push_title?: boolean;
  paste_as_file?: boolean;
}

/** Changes to them: null takes a name away. */
export type PreferenceChanges = { [Name in keyof Preferences]: Preferences[Name] | null };

export interface User {
  id: number;
  username: string;
  email: string;
  avatar: string | null;
  message_count: number;
  is_admin: boolean;
  locale: Locale | "";
  preferences: Preferences;
  create_time: string;
  quota: Quota | null;
  /** What holds for the person by their groups; a copy that was kept offline may be older than it. */
  policy?: { may_delete: boolean; may_be_read: boolean; notice: string };
}

/** What administrators tell people. */
export interface Announcement {
  id: number;
  /** Another one when it says something else. */
  version: string;
  level: "info" | "warning";
  dismissible: boolean;
  text: Record<Locale, string>;
}

export interface Announcements {
  announcements: Announcement[];
  /** When another one begins or ends. */
  next: string | null;
}

/** Where the person is signed in. */
export interface SignIn {
  id: number;
  kind: "browser" | "program";
  device: string;
  address: string | null;
  create_time: string;
  last_seen: string;
  current: boolean;
}
