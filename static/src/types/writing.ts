/** The shapes of what people write before it is a message (docs/api.md), and how much they may. */
export interface Attachment {
  document_id: string;
  name: string;
  media_type: string;
  size: number;
  chars: number;
}

/** What is left of what a person may use until `resets_at`; null where nothing is limited. */
export interface Quota {
  limit: number;
  used: number;
  remaining: number;
  unit: "messages" | "tokens" | "money";
  /** Of money, such as "EUR". */
  currency?: string;
  /** Whether the administrator wants it to be seen by now. */
  warn: boolean;
  resets_at: string | null;
}

export interface Draft {
  session_id: string | null;
  text: string;
  attachments: Attachment[];
  version: number;
  update_time: string;
}

export interface Prompt {
  prompt_id: string;
  command: string;
  title: string;
  text: string;
  mine: boolean;
}

/** What the page asks of the engine, by socket or by POST. `client_id` makes a repeat harmless. */
export type StartAction =
  | {
      type: "send";
      client_id: string;
      message: string;
      session_id?: string;
      model_id?: string;
      /** A second model that answers too, in a column beside the first. */
      beside_model_id?: string;
      role?: string;
      folder_id?: string;
      parent_id?: number;
      attachments?: string[];
      /** The message was the draft of this conversation, which is emptied with it. */
      draft_version?: number;
      /** Sent although a word in it is warned of. */
      confirmed?: boolean;
    }
  | { type: "regenerate"; client_id: string; message_id: number; model_id?: string; beside?: boolean }
  | { type: "continue"; client_id: string; message_id: number }
  | { type: "edit"; client_id: string; message_id: number; message: string; attachments?: string[]; confirmed?: boolean };
