/**
 * What the page and a sandboxed frame say to each other. A frame has no origin of its own: it can neither read the page
 * nor be told apart by an address, so both sides take messages only from the one window that they know.
 */
export type FrameKind = "diagram" | "picture";

export type ToFrame =
  /** `zoom`: as many times its own size, in a frame that scrolls both ways. Without, as wide as the frame where that can be read. */
  | { type: "draw"; source: string; dark: boolean; colours: Record<string, string>; zoom?: number }
  | { type: "show"; address: string; dark: boolean };

/** `open`: somebody has clicked what is in it. */
export type FromFrame = { type: "ready" } | { type: "open" } | { type: "size"; height: number } | { type: "failed"; reason: string };

/** What a frame sent, if it is one of its messages: it may be anything, as what runs there is not trusted. */
export function readFrame(data: unknown): FromFrame | null {
  const { type, height, reason } = (data ?? {}) as Record<string, unknown>;
  if (type === "ready" || type === "open") return { type };
  if (type === "size" && typeof height === "number" && height > 0 && height < 100_000) return { type, height };
  if (type === "failed" && typeof reason === "string") return { type, reason: reason.slice(0, 300) };
  return null;
}
