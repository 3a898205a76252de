/**
 * Read-only copies of what the API answered, for when there is no network: the list, what can be chosen, and the chats
 * that were opened last. They are one person's, in IndexedDB, bounded, and gone with the sign-out.
 */
import { clear, createStore, del, get, set } from "idb-keyval";

import type { User } from "@/types/api";

export interface Copy {
  body: unknown;
  /** When it was fetched, in ms. */
  at: number;
}

type Index = Record<string, { at: number; size: number }>;

export const MOST_CHATS = 50;
/** Characters of JSON: about as many bytes. */
export const MOST_SIZE = 20_000_000;

const CHAT = /^\/api\/chat\/session\/[\w-]+$/;
const OTHERS = /^\/api\/(chat\/sessions|chat\/folders|models|roles|prompts)$/;
const OWNER = "owner";
const INDEX = "index";
let opened: ReturnType<typeof createStore> | null = null;

function store(): ReturnType<typeof createStore> {
  return (opened ??= createStore("aihelper-copies", "copies"));
}

/** The name of a copy: its address, without what only says how much was asked for. Null for what is not kept. */
export function nameOf(path: string): string | null {
  const { pathname, searchParams } = new URL(path, location.origin);
  searchParams.delete("limit");
  // A further page of a list, or an earlier part of a chat, is no beginning.
  if (CHAT.test(pathname)) return searchParams.size ? null : pathname;
  if (!OTHERS.test(pathname) || searchParams.get("cursor") || searchParams.get("q")) return null;
  return searchParams.size ? `${pathname}?${searchParams}` : pathname;
}

export const isChat = (name: string): boolean => CHAT.test(name);

/** Of whom the copies are. Those of somebody else are deleted first. */
export async function belongTo(user: User): Promise<void> {
  const owner = await get<User>(OWNER, store());
  if (owner && owner.id !== user.id) await clear(store());
  await set(OWNER, user, store());
}

export function owner(): Promise<User | undefined> {
  return get<User>(OWNER, store());
}

export function forget(): Promise<void> {
  return clear(store());
}

export function read(name: string): Promise<Copy | undefined> {
  return get<Copy>(name, store());
}

/** Keeps one, and lets go of the oldest chats where there are too many or too much. */
export async function keep(name: string, body: unknown, now: number): Promise<void> {
  const size = JSON.stringify(body).length;
  if (size > MOST_SIZE / 4) return;
  await set(name, { body, at: now } satisfies Copy, store());
  if (!isChat(name)) return;
  const index: Index = { ...(await get<Index>(INDEX, store())), [name]: { at: now, size } };
  const newest = Object.entries(index).sort(([, a], [, b]) => b.at - a.at);
  let total = 0;
  const kept: Index = {};
  for (const [place, [key, entry]] of newest.entries()) {
    total += entry.size;
    if (place < MOST_CHATS && total <= MOST_SIZE) kept[key] = entry;
    else await del(key, store());
  }
  await set(INDEX, kept, store());
}

/** One that is known to be gone. */
export async function drop(name: string): Promise<void> {
  const { [name]: gone, ...rest } = (await get<Index>(INDEX, store())) ?? {};
  if (gone) await set(INDEX, rest, store());
  await del(name, store());
}
