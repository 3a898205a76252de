/** The link to one chat: made, changed, brought up to date, revoked. Every change is saved at once. */
import { ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { plainText } from "@/lib/plain";
import { request } from "@/lib/transport/api";
import type { SessionDetail } from "@/types/api";
import type { Audience, SharedChat, ShareLink, ShareLinks } from "@/types/share";

export interface Choices {
  audience: Audience;
  show_name: boolean;
  show_reasoning: boolean;
}

/** One line of what a link shows or would show. */
export interface Excerpt {
  role: "user" | "assistant";
  text: string;
}

const EXCERPT = 160;
const SHOWN = 6;

export function useShare(sessionId: string): {
  link: ShallowRef<ShareLink | null>;
  audiences: ShallowRef<Audience[] | null>;
  choices: Ref<Choices>;
  busy: Ref<boolean>;
  error: Ref<string>;
  load: () => Promise<void>;
  create: () => Promise<void>;
  change: (changes: Partial<Choices> & { refresh?: boolean }) => Promise<void>;
  revoke: () => Promise<void>;
  excerpts: () => Promise<Excerpt[]>;
} {
  const link = shallowRef<ShareLink | null>(null);
  /** What the server allows; null until it has said so. */
  const audiences = shallowRef<Audience[] | null>(null);
  const choices = ref<Choices>({ audience: "private", show_name: false, show_reasoning: false });
  const busy = ref(false);
  const error = ref("");

  async function guarded(work: () => Promise<void>): Promise<void> {
    busy.value = true;
    error.value = "";
    try {
      await work();
    } catch (cause) {
      error.value = (cause as Error).message;
      take(link.value);
    } finally {
      busy.value = false;
    }
  }

  /** What is chosen is what the server has: a refused change jumps back. */
  function take(row: ShareLink | null): void {
    link.value = row;
    if (row) choices.value = { audience: row.audience, show_name: row.show_name, show_reasoning: row.show_reasoning };
  }

  const load = (): Promise<void> =>
    guarded(async () => {
      const answer = await request<ShareLinks>("GET", `/api/shares?session_id=${sessionId}`);
      take(answer.shares[0] ?? null);
      audiences.value = answer.audiences;
    });

  const create = (): Promise<void> =>
    guarded(async () => take(await request<ShareLink>("POST", "/api/shares", { json: { session_id: sessionId, ...choices.value } })));

  async function change(changes: Partial<Choices> & { refresh?: boolean }): Promise<void> {
    Object.assign(choices.value, { ...changes, refresh: undefined });
    const token = link.value?.token;
    if (token) await guarded(async () => take(await request<ShareLink>("PATCH", `/api/shares/${token}`, { json: changes })));
  }

  const revoke = (): Promise<void> =>
    guarded(async () => {
      if (link.value) await request("DELETE", `/api/shares/${link.value.token}`);
      take(null);
    });

  async function excerpts(): Promise<Excerpt[]> {
    const token = link.value?.token;
    const { messages } = token
      ? await request<SharedChat>("GET", `/api/shares/${token}`)
      : await request<SessionDetail>("GET", `/api/chat/session/${sessionId}?limit=${SHOWN}`);
    const first = token ? messages.slice(0, SHOWN) : messages;
    return first.map(({ role, content }) => ({ role, text: role === "user" ? content.slice(0, EXCERPT) : plainText(content.slice(0, 4 * EXCERPT)).slice(0, EXCERPT) }));
  }

  return { link, audiences, choices, busy, error, load, create, change, revoke, excerpts };
}
