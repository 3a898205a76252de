/** What is open, and the short notices at the bottom. */
import { defineStore } from "pinia";
import { ref } from "vue";

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
  const settings = ref(false);
  /** The conversation is not at its top: the bar above it gets its line. */
  const scrolled = ref(false);
  const link = ref<LinkState>("connecting");
  const notices = ref<Notice[]>([]);
  let last = 0;

  function setCollapsed(value: boolean): void {
    collapsed.value = value;
    writeItem(COLLAPSED, value ? "collapsed" : null);
  }

  /** @returns the notice's id. It goes by itself after `ms`. */
  function notify(text: string, options: { ms?: number; action?: Notice["action"]; tone?: Notice["tone"] } = {}): number {
    const id = ++last;
    const { ms = 5000, action, tone = "plain" } = options;
    notices.value = [...notices.value.slice(-2), { id, text, action, tone }];
    window.setTimeout(() => dismiss(id), ms);
    return id;
  }

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }

  function clear(): void {
    notices.value = [];
  }

  return { collapsed, drawer, settings, scrolled, link, notices, setCollapsed, notify, dismiss, clear };
});
