/** A group in a person's list of conversations (docs/api.md). */
export interface Folder {
  folder_id: string;
  name: string;
  emoji: string;
  session_count: number;
}
