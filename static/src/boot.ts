import type { Announcements, Locale, User } from "@/types/api";

/** What administrators have made of the site; what is empty stays as it is built in. */
export interface Site {
  name: string;
  logo: string | null;
  /** For an empty chat with the role that everybody begins with. */
  welcome: Record<Locale, string>;
  suggestions: Record<Locale, string[]>;
}

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
  site: Site;
  /** For who is signed in those above the chats, else those of the sign-in page. */
  announcements: Announcements & { preview?: boolean };
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
  site: { name: "", logo: null, welcome: { en: "", "zh-hans": "" }, suggestions: { en: [], "zh-hans": [] } },
  announcements: { announcements: [], next: null },
  offline: false,
};

function read(): Boot {
  const element = document.getElementById("boot");
  if (!element?.textContent) return DEFAULTS;
  return { ...DEFAULTS, ...(JSON.parse(element.textContent) as Partial<Boot>) };
}

export const boot: Boot = read();
