import type { Session } from "@/types/api";

/** A group in a person's list of conversations (docs/api.md). */
export interface Folder {
  folder_id: string;
  name: string;
  emoji: string;
  session_count: number;
}

export interface FolderAnswer {
  folders: Folder[];
  /** Of those in them: whose answer is unread or being written. */
  lively: Session[];
}

/** What a closed folder tells of what is in it. */
export type FolderNews = "generating" | "unread";
