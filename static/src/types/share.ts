/** The shapes of shared links (docs/api.md). */
import type { MessageStatus } from "@/types/api";

export type Audience = "private" | "members" | "public";

/** A link to a chat, as its owner sees it. */
export interface ShareLink {
  token: string;
  path: string;
  session_id: string;
  title: string;
  audience: Audience;
  show_name: boolean;
  show_reasoning: boolean;
  message_count: number;
  views: number;
  /** Something was said in the chat since the snapshot. */
  grown: boolean;
  create_time: string;
  update_time: string;
}

export interface ShareLinks {
  shares: ShareLink[];
  next: string | null;
  audiences: Audience[];
}

export interface SharedMessage {
  role: "user" | "assistant";
  content: string;
  reasoning: string;
  reasoning_ms: number | null;
  status: MessageStatus;
  model: string | null;
  attachments: string[];
  create_time: string;
}

/** What a link shows. */
export interface SharedChat {
  title: string;
  author: string | null;
  mine: boolean;
  update_time: string;
  messages: SharedMessage[];
}
