/** The hub, made once; `useLive` gives its frames to the stores. */
import { defineStore } from "pinia";
import { markRaw } from "vue";

import { i18n } from "@/i18n";
import { Hub, type HubEvents } from "@/lib/transport/hub";

export const useLink = defineStore("link", () => {
  const listeners: Partial<HubEvents> = {};
  const hub = markRaw(
    new Hub({
      onFrame: (frame) => listeners.onFrame?.(frame),
      onReconnect: () => listeners.onReconnect?.(),
      onLink: (state) => listeners.onLink?.(state),
      onSignedOut: () => listeners.onSignedOut?.(),
      sentence: () => (i18n.global.t as (key: string) => string)("errors.failed"),
    }),
  );

  function listen(events: Partial<HubEvents>): void {
    Object.assign(listeners, events);
  }

  return { hub, listen };
});
