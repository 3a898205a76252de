/** Roles that were deleted a moment ago and may still be taken back; they outlive the dialog in which that was done. */
import { ref } from "vue";

import { request } from "@/lib/transport/api";

export const doomedRoles = ref(new Set<string>());

export function undoRole(slug: string): void {
  doomedRoles.value = new Set([...doomedRoles.value].filter((other) => other !== slug));
}

/** Rejects when the server could not delete it; it is shown again then. */
export async function commitRole(slug: string): Promise<void> {
  if (!doomedRoles.value.has(slug)) return;
  try {
    await request("DELETE", `/api/roles/${slug}`, { keepalive: true });
  } finally {
    window.setTimeout(() => undoRole(slug), 1000);
  }
}

/** The page is about to go: what was deleted is deleted. */
export function flushRoles(): void {
  for (const slug of doomedRoles.value) void commitRole(slug).catch(() => undefined);
}
