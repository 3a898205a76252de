/**
 * Interface texts, by language and area: `en/core.ts` is loaded before the page shows, the others with the part of
 * the page that speaks them (`withTexts`). Every area has the same keys in both languages; a test holds it.
 */
import { defineAsyncComponent, type Component } from "vue";
import { createI18n } from "vue-i18n";

import { boot } from "@/boot";
import { compileTexts, type Texts } from "@/i18n/compile";
import type { Locale } from "@/types/api";

export const LANGUAGES: { locale: Locale; tag: string; name: string }[] = [
  { locale: "zh-hans", tag: "zh-CN", name: "简体中文" },
  { locale: "en", tag: "en", name: "English" },
];

const FILES = import.meta.glob<{ default: Texts }>("./{en,zh-CN}/*.ts");
/** Areas that have been asked for, each with its first loading. */
const loaded = new Map<string, Promise<void>>([["core", Promise.resolve()]]);

export const i18n = createI18n({ legacy: false, locale: "en", fallbackLocale: false, messages: {} as Record<string, never> });

export function tagOf(locale: Locale): string {
  return locale === "zh-hans" ? "zh-CN" : "en";
}

/** What to speak before the user has chosen: what was chosen in this browser, else what the server negotiated. */
export function initialLocale(saved: string | null, negotiated: Locale | undefined, browser: string): Locale {
  if (saved === "en" || saved === "zh-hans") return saved;
  return negotiated ?? (browser.toLowerCase().startsWith("zh") ? "zh-hans" : "en");
}

async function merge(tag: string, area: string): Promise<void> {
  const file = FILES[`./${tag}/${area}.ts`];
  if (!file) throw new Error(`There are no texts for ${area} in ${tag}.`);
  i18n.global.mergeLocaleMessage(tag, compileTexts((await file()).default) as never);
  if (area === "core" && boot.site.name) i18n.global.mergeLocaleMessage(tag, { app: { name: () => boot.site.name } } as never);
}

/** Speaks another language, in all areas that have been asked for. Rejects when its texts cannot be fetched. */
export async function loadLocale(locale: Locale): Promise<void> {
  const tag = tagOf(locale);
  await Promise.all([...loaded.keys()].map((area) => merge(tag, area)));
  (i18n.global.locale as unknown as { value: string }).value = tag;
  document.documentElement.lang = tag;
}

/** The texts of an area, in the language that is spoken. Rejects when they cannot be fetched. */
export function loadTexts(area: string): Promise<void> {
  const known = loaded.get(area);
  if (known) return known;
  const loading = merge((i18n.global.locale as unknown as { value: string }).value, area);
  loaded.set(area, loading);
  loading.catch(() => loaded.delete(area));
  return loading;
}

/** A component that comes when it is first shown, but not before `after`, together with the texts of its area. */
export function withTexts<T extends Component>(area: string, load: () => Promise<{ default: T }>, after?: Promise<void>): T {
  const both = async (): Promise<T> => {
    await after;
    const [{ default: component }] = await Promise.all([load(), loadTexts(area)]);
    return component;
  };
  return defineAsyncComponent(both) as unknown as T;
}
