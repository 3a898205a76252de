import type { Locale, User } from "@/types/api";

/** What the server put into the page: the shell's JSON script element. */
export interface Boot {
  user: User | null;
  csrf_cookie: string;
  locale: Locale;
  locale_cookie: string;
  registration_mode: "open" | "approval" | "closed";
  max_message_chars: number;
  /** How long what was deleted can be brought back; 0: until it is deleted for good. */
  trash_days: number;
  /** The service worker shows this page because there is no network. */
  offline: boolean;
}

const DEFAULTS: Boot = {
  user: null,
  csrf_cookie: "csrftoken",
  locale: "en",
  locale_cookie: "django_language",
  registration_mode: "open",
  max_message_chars: 100_000,
  trash_days: 30,
  offline: false,
};

function read(): Boot {
  const element = document.getElementById("boot");
  if (!element?.textContent) return DEFAULTS;
  return { ...DEFAULTS, ...(JSON.parse(element.textContent) as Partial<Boot>) };
}

export const boot: Boot = read();
