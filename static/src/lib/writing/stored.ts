/** Drafts as the server keeps them. */
import { ApiError, request } from "@/lib/transport/api";
import type { Attachment } from "@/types/api";
import type { Draft } from "@/types/writing";

interface Written {
  text: string;
  attachments: readonly Attachment[];
  /** The version that it goes on from. */
  version: number;
}

export const draftPath = (session: string | null): string => `/api/chat/drafts/${session ?? "new"}`;

/** Rejects with a conflict (see `conflictOf`) when the server has another version. */
export function putDraft(session: string | null, { text, attachments, version }: Written, options: { keepalive?: boolean; signal?: AbortSignal } = {}): Promise<Draft> {
  return request<Draft>("PUT", draftPath(session), { json: { text, attachments: attachments.map(({ document_id }) => document_id), version }, ...options });
}

/** What the server has instead, where that is why it refused. */
export function conflictOf(cause: unknown): Draft | null {
  return cause instanceof ApiError && cause.code === "draft_conflict" ? (cause.body.draft as Draft) : null;
}
