import type { Message, Session, SessionDetail } from "@/types/api";

export function storedMessage(fields: Partial<Message>): Message {
  return {
    message_id: 1, session_id: "s1", parent_id: null, seq: 1, role: "assistant", content: "", reasoning: "",
    status: "completed", finish_reason: "stop", error: null, model_id: "m", provider: null, prompt_tokens: null,
    completion_tokens: null, first_token_ms: null, duration_ms: null, rating: null, rating_reason: null,
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
