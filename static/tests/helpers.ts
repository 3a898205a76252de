import { vi } from "vitest";

import type { Message, Session, SessionDetail } from "@/types/api";

export function storedMessage(fields: Partial<Message>): Message {
  return {
    message_id: 1, session_id: "s1", parent_id: null, seq: 1, role: "assistant", content: "", reasoning: "",
    status: "completed", finish_reason: "stop", error: null, model_id: "m", provider: null, prompt_tokens: null,
    completion_tokens: null, first_token_ms: null, duration_ms: null, reasoning_ms: null, rating: null, rating_reason: null,
    rating_comment: null, cost: null, currency: null, beside: null, attachments: [], create_time: "2026-11-21T10:00:00Z",
    siblings: [fields.message_id ?? 1], generation_id: null, offset: 0, ...fields,
  };
}

export function storedSession(fields: Partial<Session> = {}): Session {
  return {
    session_id: "s1", title: "Title", title_is_manual: false, model_id: "m", role: "assistant", pinned: false,
    archived: false, folder_id: null, unread: false, deleted_at: null, create_time: "2026-11-21T10:00:00Z", update_time: "2026-11-21T10:00:00Z", preview: "",
    generating: null, ...fields,
  };
}

export function detail(messages: Message[], next: number | null = null): SessionDetail {
  return { session: storedSession(), messages, next };
}

export interface Served {
  /** What was asked for, in order: `"METHOD /path?query"` and the JSON that was sent. */
  asked: [route: string, body: unknown][];
  /** The routes alone. */
  routes: () => string[];
}

/** An answer of the server that is no success. */
export class Refusal {
  constructor(readonly status: number, readonly detail: string, readonly more: object = {}) {}
}

type Answer = (body: unknown, path: string) => unknown;

/**
 * Stands in for the server (`vi.unstubAllGlobals` takes it away). `answers`: by `"METHOD /path"`, with the query or without;
 * read at each request, so a test may change them. What is not there is a 404 that says "Not found.".
 */
export function serve(answers: Record<string, Answer>): Served {
  const asked: Served["asked"] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const route = `${init.method} ${path}`;
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : null;
    asked.push([route, body]);
    const answer = answers[route] ?? answers[route.split("?")[0]!] ?? ((): Refusal => new Refusal(404, "Not found."));
    const said = await answer(body, path);
    if (said instanceof Refusal) return new Response(JSON.stringify({ detail: said.detail, code: "refused", ...said.more }), { status: said.status });
    return new Response(JSON.stringify(said ?? {}));
  });
  return { asked, routes: () => asked.map(([route]) => route) };
}
