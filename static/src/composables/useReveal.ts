/** Brings a message into sight: the branch that has it, the page of messages that reaches back to it, the place. */
import { nextTick, watch } from "vue";

import { request } from "@/lib/transport/api";
import { useConversation } from "@/stores/conversation";
import type { SessionDetail } from "@/types/api";

const SHOWN_MS = 2200;
/** Until what is above and around has its height: rows are drawn, formulas come. */
const SETTLED_MS = 4000;
/** Frames in which nothing has moved. */
const STILL = 6;

function find(messageId: number): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-message="${messageId}"]`);
}

function frame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

/** Scrolls there until it stays, or until `given` up: rows that were never drawn have guessed heights. */
async function settle(messageId: number, given: AbortSignal): Promise<HTMLElement | null> {
  const end = performance.now() + SETTLED_MS;
  let still = 0;
  let top = NaN;
  while (performance.now() < end && still < STILL && !given.aborted) {
    const element = find(messageId);
    if (element) {
      // The list follows its end until somebody scrolls up, as is about to happen.
      element.dispatchEvent(new WheelEvent("wheel", { deltaY: -1, bubbles: true }));
      const tall = element.getBoundingClientRect().height > window.innerHeight * 0.6;
      element.scrollIntoView({ block: tall ? "start" : "center", behavior: "instant" });
      const now = element.getBoundingClientRect().top;
      // A row that is not drawn yet is about to be another element.
      still = Math.abs(now - top) < 2 && !element.classList.contains("plain") ? still + 1 : 0;
      top = now;
    }
    await frame();
  }
  return find(messageId);
}

/** A quiet background that goes by itself; without motion it goes at once, not gradually. */
function highlight(element: HTMLElement): void {
  const colour = getComputedStyle(document.documentElement).getPropertyValue("--accent-soft").trim();
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const shown = { backgroundColor: colour, boxShadow: `0 0 0 8px ${colour}`, borderRadius: "8px" };
  const gone = { ...shown, backgroundColor: "transparent", boxShadow: "0 0 0 8px transparent" };
  element.animate(calm ? [shown, shown] : [shown, { ...shown, offset: 0.6 }, gone], { duration: SHOWN_MS, easing: "ease-out" });
}

export function useReveal(): (sessionId: string, messageId: number, given: AbortSignal) => Promise<boolean> {
  const conversation = useConversation();
  const has = (messageId: number): boolean =>
    conversation.messages.some((message) => message.message_id === messageId) || find(messageId) !== null;

  /** Until the conversation has come; `useReveal` is called right after the address has changed. */
  function opened(sessionId: string): Promise<void> {
    return new Promise((resolve) => {
      const stop = watch(
        () => conversation.key !== sessionId || conversation.status !== "loading",
        (over) => {
          if (!over) return;
          void nextTick(() => stop());
          resolve();
        },
        { immediate: true },
      );
    });
  }

  async function fetchBackTo(sessionId: string, messageId: number): Promise<void> {
    const detail = await request<SessionDetail>("GET", `/api/chat/session/${sessionId}?reach=${messageId}`);
    if (conversation.key === sessionId) conversation.apply({ type: "loaded", detail });
  }

  /** @returns whether the message is there. Rejects when the server cannot be asked. `given`: up, for another place. */
  return async function reveal(sessionId, messageId, given) {
    await opened(sessionId);
    if (!has(messageId)) await fetchBackTo(sessionId, messageId);
    if (!has(messageId) && conversation.key === sessionId) {
      // On another branch: show that one, as choosing a sibling does.
      await request("PATCH", `/api/chat/session/${sessionId}`, { json: { current_message_id: messageId } });
      await fetchBackTo(sessionId, messageId);
    }
    if (conversation.key !== sessionId) return false;
    await nextTick();
    const element = await settle(messageId, given);
    if (!element || given.aborted) return given.aborted;
    highlight(element);
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
    return true;
  };
}
