/** The shapes of the HTTP and socket contract (docs/api.md). Nothing here is invented by the page. */
import type { Attachment, StartAction } from "@/types/writing";

export type { Attachment, StartAction };
export type * from "@/types/person";

export interface ModelInfo {
  model_id: string;
  model_name: string;
  /** An emoji or one or two letters; mostly empty. */
  icon?: string;
  description: string;
  context_window: number | null;
  max_tokens: number | null;
  capabilities: { vision?: boolean; reasoning?: boolean; tools?: boolean };
  demo?: boolean;
}

export interface ModelsAnswer {
  models: string[];
  providers: Record<string, ModelInfo[]>;
  default_model: string | null;
}

export interface Role {
  slug: string;
  name: string;
  emoji: string;
  description: string;
  welcome_message: string;
  suggestions: string[];
  /** Made by the person: it can be changed. */
  mine: boolean;
  has_prompt: boolean;
}

/** A role of one's own, with all that can be changed. */
export interface OwnRole extends Role {
  system_prompt: string;
  model_id: string | null;
  temperature: number | null;
}

export interface Session {
  session_id: string;
  title: string;
  title_is_manual: boolean;
  model_id: string | null;
  role: string | null;
  pinned: boolean;
  archived: boolean;
  folder_id: string | null;
  unread: boolean;
  deleted_at: string | null;
  create_time: string;
  update_time: string;
  preview: string;
  generating: string | null;
}

export interface SessionPage {
  sessions: Session[];
  next: string | null;
}

export type MessageStatus = "queued" | "running" | "completed" | "stopped" | "failed" | "interrupted";
export type FinishReason = "stop" | "length" | "content_filter" | "stopped" | "error" | "interrupted";

export interface MessageError {
  error: string;
  code: string;
  retryable: boolean;
}

/** Who was asked for an answer, and what came of it. */
export interface Attempt {
  provider: string;
  key: string;
  code: string;
  ms: number;
}

export interface Message {
  message_id: number;
  session_id: string;
  parent_id: number | null;
  seq: number;
  role: "user" | "assistant";
  content: string;
  reasoning: string;
  status: MessageStatus;
  finish_reason: FinishReason | "" | null;
  error: MessageError | null;
  model_id: string | null;
  provider: string | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  /** For administrators only. */
  attempts?: Attempt[];
  first_token_ms: number | null;
  duration_ms: number | null;
  /** How long it was thought about; null: not at all, or nobody measured it. */
  reasoning_ms: number | null;
  cost: string | null;
  currency: string | null;
  rating: number | null;
  rating_reason: string | null;
  rating_comment: string | null;
  beside: number | null;
  attachments: Attachment[];
  create_time: string;
  siblings: number[];
  generation_id: string | null;
  offset: number;
}

export interface SessionDetail {
  session: Session;
  messages: Message[];
  next: number | null;
}

/** One frame of a stream or of the socket. `offset` is the position in the log AFTER the frame. */
export type ServerEvent =
  | {
      type: "start";
      session_id: string;
      message_id: number;
      user_message_id: number | null;
      generation_id: string;
      model_id: string | null;
      offset: number;
      client_id?: string;
      /** Of the second of two answers that one message began: the first. */
      beside?: number;
      /** The question as it is stored, where a word of it was masked. */
      message?: string;
    }
  | { type: "delta" | "reasoning"; generation_id: string; content: string; offset: number }
  | { type: "title"; session_id: string; title: string; generation_id?: string; offset?: number }
  | {
      type: "error";
      error: string;
      code: string;
      retryable: boolean;
      generation_id?: string;
      offset?: number;
      /** Present when an action was refused, absent when a running answer failed. */
      action?: string;
      client_id?: string;
    }
  | {
      type: "done";
      done: true;
      session_id: string;
      message_id: number;
      generation_id: string;
      finish_reason: FinishReason;
      usage: { prompt_tokens: number; completion_tokens: number } | null;
      provider?: string | null;
      attempts?: Attempt[];
      first_token_ms?: number | null;
      duration_ms?: number | null;
      reasoning_ms?: number | null;
      cost?: string | null;
      currency?: string | null;
      offset: number;
    }
  | { type: "session"; session: Session }
  | { type: "changed"; what: string }
  | { type: "session_deleted"; session_id: string }
  | { type: "system"; session_id?: string; message: string }
  | { type: "pong" };

/** What somebody else did with this account; `actor` is empty where the server's command line did it. */
export interface AuditEntry {
  id: number;
  what: string;
  actor: string;
  object: string;
  reason: string;
  create_time: string;
}
