/**
 * Small records in this browser, one place each, so that two tabs never overwrite each other's list: what waits to be
 * sent (the outbox) and what waits behind a running answer (the queue).
 */
import { itemNames, readItem, writeItem } from "@/lib/storage";

export interface Records<T> {
  all: () => T[];
  put: (id: string, value: T) => void;
  drop: (id: string) => void;
  /** Whether a `storage` event of another tab is about one of them. @returns the record's id. */
  idOf: (storageKey: string | null) => string | null;
}

function parsed<T>(name: string): T[] {
  try {
    return [JSON.parse(readItem(name) ?? "") as T];
  } catch {
    return [];
  }
}

/** `prefix` is asked for each time: it holds who is signed in. */
export function records<T extends { at: number }>(prefix: () => string): Records<T> {
  const idOf = (key: string | null): string | null => (key?.startsWith(prefix()) ? key.slice(prefix().length) : null);
  return {
    all: () => itemNames(prefix()).flatMap((name) => parsed<T>(name)).sort((a, b) => a.at - b.at),
    put: (id, value) => writeItem(prefix() + id, JSON.stringify(value)),
    drop: (id) => writeItem(prefix() + id, null),
    idOf,
  };
}

/** Lets go of everything whose name begins so. */
export function forgetRecords(prefix: string): void {
  for (const name of itemNames(prefix)) writeItem(name, null);
}
