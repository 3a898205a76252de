/** What is open, and the short notices at the bottom. */
import { defineStore } from "pinia";
import { ref, shallowRef } from "vue";

import type { DialogName } from "@/dialogs";
import { readItem, writeItem } from "@/lib/storage";
import type { LinkState } from "@/lib/transport/hub";

export interface Notice {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
  tone: "plain" | "danger";
}

const COLLAPSED = "aihelper.sidebar";

export const useUi = defineStore("ui", () => {
  const collapsed = ref(readItem(COLLAPSED) === "collapsed");
  const drawer = ref(false);
  /** The open dialog, if any; opening another one replaces it. */
  const dialog = shallowRef<{ name: DialogName; props: Record<string, unknown> } | null>(null);
  /** Modal dialogs, the topmost last: all else is inert, so what must be reached has to be in it. */
  const covers = shallowRef<HTMLElement[]>([]);
  /** The conversation is not at its top: the bar above it gets its line. */
  const scrolled = ref(false);
  const link = ref<LinkState>("connecting");
  /** The open conversation is a copy from then (ms), because there is no network. */
  const copyAt = ref<number | null>(null);
  const notices = ref<Notice[]>([]);
  let last = 0;

  function setCollapsed(value: boolean): void {
    collapsed.value = value;
    writeItem(COLLAPSED, value ? "collapsed" : null);
    // For the outline that the server draws before the scripts are there (chat/pages.py).
    document.cookie = `aihelper_sidebar=${value ? "collapsed" : "open"}; path=/; max-age=31536000; samesite=lax`;
  }

  /** @returns the notice's id. It goes by itself after `ms`; without words there is nothing to show. */
  function notify(text: string, options: { ms?: number; action?: Notice["action"]; tone?: Notice["tone"] } = {}): number {
    const id = ++last;
    if (!text) return id;
    const { ms = 5000, action, tone = "plain" } = options;
    notices.value = [...notices.value.slice(-2), { id, text, action, tone }];
    window.setTimeout(() => dismiss(id), ms);
    return id;
  }

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }

  function show(name: DialogName, props: Record<string, unknown> = {}): void {
    dialog.value = { name, props };
  }

  function hide(): void {
    dialog.value = null;
  }

  function cover(modal: HTMLElement): void {
    covers.value = [...covers.value, modal];
  }

  function uncover(modal: HTMLElement): void {
    covers.value = covers.value.filter((other) => other !== modal);
  }

  function clear(): void {
    notices.value = [];
  }

  return { collapsed, drawer, dialog, covers, scrolled, link, copyAt, notices, setCollapsed, notify, dismiss, show, hide, cover, uncover, clear };
});
