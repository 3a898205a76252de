/**
 * What of the person's things has changed elsewhere: another tab, another device, the administrator. The server says
 * only what ("folders", "prompts", "draft:<session id>"); whoever shows it asks for it anew.
 */
import { defineStore } from "pinia";

type Listener = (what: string) => void;

export const useChanges = defineStore("changes", () => {
  const listeners = new Map<string, Set<Listener>>();

  /** Listens for `what`, or for all that begins with it when it ends in a colon. @returns how to stop. */
  function on(what: string, listener: Listener): () => void {
    const known = listeners.get(what) ?? new Set();
    listeners.set(what, known.add(listener));
    return () => void known.delete(listener);
  }

  function tell(what: string): void {
    const family = what.includes(":") ? what.slice(0, what.indexOf(":") + 1) : what;
    for (const name of new Set([what, family])) for (const listener of listeners.get(name) ?? []) listener(what);
  }

  /** After a break anything may have changed. */
  function tellAll(): void {
    for (const [what, known] of listeners) for (const listener of known) listener(what);
  }

  return { on, tell, tellAll };
});
