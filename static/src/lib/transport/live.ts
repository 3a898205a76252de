/**
 * The live list without a socket: one event stream, opened again after every break. A tab out of sight lets go of it,
 * because a browser opens only six connections to a host; whoever comes back is told to fetch what was missed.
 */
import { ApiError, openStream } from "@/lib/transport/api";
import { backoff } from "@/lib/transport/backoff";
import { SseDecoder } from "@/lib/transport/sse";
import type { ServerEvent } from "@/types/api";

/** The server sends a comment every 15 s: after this long the connection is dead, whatever it looks like. */
const SILENT = 40_000;
const HIDDEN = 10_000;

export interface LiveEvents {
  onOpen: () => void;
  onFrame: (frame: ServerEvent) => void;
  /** `refused`: the server, or something before it, lets no stream through; otherwise nothing gets through at all. */
  onDown: (refused: boolean) => void;
}

export class LiveList {
  private abort: AbortController | null = null;
  private attempt = 0;
  private retryTimer = 0;
  private silentTimer = 0;
  private hiddenTimer = 0;
  private wanted = false;

  constructor(private readonly events: LiveEvents) {}

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.attempt = 0;
    document.addEventListener("visibilitychange", this.seen);
    window.addEventListener("online", this.seen);
    void this.run();
  }

  stop(): void {
    this.wanted = false;
    document.removeEventListener("visibilitychange", this.seen);
    window.removeEventListener("online", this.seen);
    window.clearTimeout(this.hiddenTimer);
    this.cut();
  }

  private readonly seen = (): void => {
    window.clearTimeout(this.hiddenTimer);
    if (document.hidden) this.hiddenTimer = window.setTimeout(() => this.cut(), HIDDEN);
    else if (!this.abort) void this.run();
  };

  private cut(): void {
    window.clearTimeout(this.retryTimer);
    window.clearTimeout(this.silentTimer);
    this.abort?.abort();
    this.abort = null;
  }

  private async run(): Promise<void> {
    this.cut();
    const abort = (this.abort = new AbortController());
    // A stream that was ended is opened again, and that is no news.
    let down: boolean | null = null;
    try {
      await this.read(abort);
    } catch (cause) {
      down = cause instanceof ApiError && cause.status > 0;
    }
    if (this.abort !== abort) return;
    this.cut();
    if (!this.wanted) return;
    if (down !== null) this.events.onDown(down);
    this.retryTimer = window.setTimeout(() => void this.run(), backoff(this.attempt++));
  }

  private async read(abort: AbortController): Promise<void> {
    this.listen(abort);
    const body = await openStream("GET", "/api/live", { signal: abort.signal });
    const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
    const decoder = new SseDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.listen(abort);
      for (const event of decoder.push(value)) this.take(JSON.parse(event.data) as ServerEvent);
    }
  }

  private take(frame: ServerEvent): void {
    if (frame.type !== "system") return this.events.onFrame(frame);
    this.attempt = 0;
    this.events.onOpen();
  }

  private listen(abort: AbortController): void {
    window.clearTimeout(this.silentTimer);
    this.silentTimer = window.setTimeout(() => abort.abort(), SILENT);
  }
}
