/** Interface texts. Each language is a chunk of its own; only the chosen one is loaded. */
import { createI18n } from "vue-i18n";

import type { Locale } from "@/types/api";

export const LANGUAGES: { locale: Locale; tag: string; name: string }[] = [
  { locale: "zh-hans", tag: "zh-CN", name: "简体中文" },
  { locale: "en", tag: "en", name: "English" },
];

const LOADERS: Record<Locale, () => Promise<{ default: Record<string, unknown> }>> = {
  en: () => import("@/i18n/en"),
  "zh-hans": () => import("@/i18n/zh-CN"),
};

export const i18n = createI18n({ legacy: false, locale: "en", fallbackLocale: false, messages: {} as Record<string, never> });

export function tagOf(locale: Locale): string {
  return locale === "zh-hans" ? "zh-CN" : "en";
}

/** What to speak before the user has chosen: what was chosen in this browser, else what the server negotiated. */
export function initialLocale(saved: string | null, negotiated: Locale | undefined, browser: string): Locale {
  if (saved === "en" || saved === "zh-hans") return saved;
  return negotiated ?? (browser.toLowerCase().startsWith("zh") ? "zh-hans" : "en");
}

export async function loadLocale(locale: Locale): Promise<void> {
  const global = i18n.global;
  const tag = tagOf(locale);
  if (!(global.availableLocales as string[]).includes(tag)) {
    global.setLocaleMessage(tag, (await LOADERS[locale]()).default as never);
  }
  (global.locale as unknown as { value: string }).value = tag;
  document.documentElement.lang = tag;
}
