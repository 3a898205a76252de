/** What the server says of files with chats from elsewhere (docs/api.md). */
export type Outcome = "ready" | "imported" | "already" | "left_out";

export interface ImportItem {
  outcome: Outcome;
  title: string;
  format: string | null;
  messages: number;
  attachments_left_out: number;
  session_id: string | null;
  code: string | null;
  /** Why it was left out; empty when it was not. */
  reason: string;
}

export interface ImportReport {
  import_id: string | null;
  dry_run: boolean;
  formats: string[];
  ready: number;
  imported: number;
  already: number;
  left_out: number;
  items: ImportItem[];
}

export interface ImportRow {
  import_id: string;
  file_name: string;
  formats: string[];
  imported: number;
  already: number;
  left_out: number;
  create_time: string;
  undone_at: string | null;
}

export interface Undone {
  removed: number;
  kept: number;
}
