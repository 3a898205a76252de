import type { Session } from "@/types/api";

/** [start, end) in code points. */
export type Mark = [number, number];

export interface SearchExcerpt {
  message_id: number;
  role: "user" | "assistant";
  /** The name of the attachment that the text is from. */
  file: string | null;
  text: string;
  marks: Mark[];
}

export interface SearchResult {
  session: Session;
  title_marks: Mark[];
  excerpts: SearchExcerpt[];
}

export interface SearchFacets {
  total: number;
  exact: boolean;
  models: { model_id: string; count: number }[];
  roles: { role: string; name: string; count: number }[];
  folders: { folder_id: string; name: string; emoji: string; count: number }[];
  first: string | null;
  last: string | null;
}

export interface SearchAnswer {
  results: SearchResult[];
  facets: SearchFacets;
  next: string | null;
}
