/** The shapes of the HTTP and socket contract (docs/api.md). Nothing here is invented by the page. */

export type Locale = "en" | "zh-hans";
export type Theme = "system" | "light" | "dark";
export type SendKey = "enter" | "ctrl_enter";

export interface Preferences {
  theme?: Theme;
  send_key?: SendKey;
  model_id?: string;
  role?: string;
}

export interface User {
  id: number;
  username: string;
  email: string;
  avatar: string | null;
  message_count: number;
  is_admin: boolean;
  locale: Locale | "";
  preferences: Preferences;
  create_time: string;
}

export interface ModelInfo {
  model_id: string;
  model_name: string;
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
}

export interface Session {
  session_id: string;
  title: string;
  title_is_manual: boolean;
  model_id: string | null;
  role: string | null;
  pinned: boolean;
  archived: boolean;
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
  first_token_ms: number | null;
  duration_ms: number | null;
  rating: number | null;
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
      offset: number;
    }
  | { type: "session"; session: Session }
  | { type: "session_deleted"; session_id: string }
  | { type: "system"; session_id?: string; message: string }
  | { type: "pong" };

/** What the page asks of the engine, by socket or by POST. `client_id` makes a repeat harmless. */
export type StartAction =
  | {
      type: "send";
      client_id: string;
      message: string;
      session_id?: string;
      model_id?: string;
      role?: string;
      parent_id?: number;
    }
  | { type: "regenerate"; client_id: string; message_id: number; model_id?: string }
  | { type: "continue"; client_id: string; message_id: number }
  | { type: "edit"; client_id: string; message_id: number; message: string };
