/** What administrators tell people, above the chats and on the sign-in page. It comes with the page; changes are heard of. */
import { defineStore } from "pinia";
import { shallowRef } from "vue";

import { boot } from "@/boot";
import { request } from "@/lib/transport/api";
import type { Announcement, Announcements } from "@/types/person";

/** In ms. Not all pages ask in the same moment; and none asks all the time because its clock is wrong. */
const SPREAD = 2000;
const SOONEST = 60_000;
/** What a timer can hold. */
const LATEST = 86_400_000;

export const useAnnouncements = defineStore("announcements", () => {
  const shown = shallowRef<Announcement[]>(boot.announcements.announcements);
  let known = boot.user?.id ?? null;
  let next = boot.announcements.next;
  let timer = 0;

  function adopt(answer: Announcements): void {
    shown.value = answer.announcements;
    next = answer.next;
    watchClock();
  }

  async function load(): Promise<void> {
    if (!boot.announcements.preview) adopt(await request<Announcements>("GET", "/api/announcements"));
  }

  /** Another one begins or ends at a time that is known. */
  function watchClock(): void {
    window.clearTimeout(timer);
    if (!next) return;
    const wait = new Date(next).getTime() - Date.now();
    timer = window.setTimeout(renew, Math.min(wait > 0 ? wait + Math.random() * SPREAD : SOONEST, LATEST));
  }

  const renew = (): void => void load().catch(() => undefined);

  /** Something has changed, for many at once. */
  function renewSoon(): void {
    window.clearTimeout(timer);
    timer = window.setTimeout(renew, Math.random() * SPREAD);
  }

  /** For the person who is here: what came with the page may have been meant for the sign-in page. */
  function arrive(user: number | null): void {
    if (known === user) return watchClock();
    known = user;
    shown.value = [];
    if (user !== null) renew();
  }

  function leave(): void {
    window.clearTimeout(timer);
  }

  /** Gone at once; where the server cannot be told, it comes back with the next page. */
  async function dismiss({ id, version }: Announcement): Promise<void> {
    shown.value = shown.value.filter((each) => each.id !== id);
    if (boot.announcements.preview) return;
    adopt(await request<Announcements>("POST", `/api/announcements/${id}/dismiss`, { json: { version } }));
  }

  return { shown, arrive, leave, renewSoon, dismiss };
});
