/**
 * One way in and out for answers, whatever carries them. A send is repeated with the same client_id
 * until its `start` came; a watched generation is attached again at its last offset after every break.
 * With an open socket everything goes there; without one, by event streams, with the same frames.
 */
import { ApiError, request } from "@/lib/transport/api";
import { backoff } from "@/lib/transport/backoff";
import type { LiveList } from "@/lib/transport/live";
import { Pending } from "@/lib/transport/outbox";
import { Socket } from "@/lib/transport/socket";
import { streamAction, streamGeneration, type OnFrame } from "@/lib/transport/stream";
import type { Attachment, ServerEvent, StartAction } from "@/types/api";

/**
 * `streaming`: no socket opens, event streams serve for all of it; `fallback`: not even the list comes by itself;
 * `reconnecting`: there was a connection, and it went.
 */
export type LinkState = "connecting" | "live" | "streaming" | "reconnecting" | "fallback" | "offline";

export interface HubEvents {
  onFrame: OnFrame;
  /** The socket, or what stands in for it, is (again) open: what was missed in between must be fetched. */
  onReconnect: () => void;
  onLink: (state: LinkState) => void;
  onSignedOut: () => void;
  sentence: () => string;
}

interface Watch { offset: number; stream: AbortController | null; attempt: number }

export class Hub {
  private readonly socket: Socket;
  readonly pending = new Pending();
  private readonly watches = new Map<string, Watch>();
  private everOpen = false;
  private refused = false;
  private list: Promise<LiveList> | null = null;

  constructor(private readonly events: HubEvents) {
    const url = (): string => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/chat/ws`;
    this.socket = new Socket(url, {
      onOpen: () => this.opened(),
      onFrame: (frame) => this.receive(frame),
      onDown: (failures) => this.down(failures),
      onSignedOut: () => this.events.onSignedOut(),
    });
  }

  start(): void {
    this.pending.load();
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
    this.unlisten();
    for (const id of [...this.watches.keys()]) this.forget(id);
    this.pending.clear();
    this.everOpen = this.refused = false;
  }

  /** `attachments`: what the bubble shows, should it be drawn again after a reload. */
  act(action: StartAction, attachments: Attachment[] = []): void {
    this.pending.add(action, attachments);
    if (!this.socket.send(action) && this.refused) void this.actByStream(action);
  }

  /** Follows a running answer from `offset` on. */
  attach(generationId: string, offset: number): void {
    const known = this.watches.get(generationId);
    if (known) {
      // Frames that came before the answer was shown fell on nothing: the viewer is behind what was received.
      const behind = offset < known.offset;
      known.offset = offset;
      if (!behind && (known.stream || this.socket.isOpen)) return;
      // Its end attaches again, from the new place.
      if (known.stream) return known.stream.abort();
    }
    this.watches.set(generationId, known ?? { offset, stream: null, attempt: 0 });
    this.watch(generationId);
  }

  detach(generationId: string): void {
    if (!this.watches.has(generationId)) return;
    this.forget(generationId);
    this.socket.send({ type: "detach", generation_id: generationId });
  }

  async halt(generationId: string, offset: number): Promise<void> {
    if (this.socket.send({ type: "stop", generation_id: generationId, offset })) return;
    await request("POST", `/api/chat/generations/${generationId}/stop`, { json: { offset } });
  }

  private watch(generationId: string): void {
    const watch = this.watches.get(generationId);
    if (!watch || watch.stream) return;
    if (this.socket.send({ type: "attach", generation_id: generationId, offset: watch.offset })) return;
    if (this.refused) void this.followByStream(generationId, watch);
  }

  private opened(): void {
    const again = this.everOpen || this.refused;
    this.everOpen = true;
    this.refused = false;
    this.unlisten();
    this.events.onLink("live");
    for (const action of this.pending.values()) this.socket.send(action);
    for (const id of this.watches.keys()) this.watch(id);
    if (again) this.events.onReconnect();
  }

  private down(failures: number): void {
    // One that once opened deserves a second chance; one that never did is blocked on the way.
    this.refused = failures >= (this.everOpen ? 2 : 1);
    if (!this.list || !navigator.onLine) this.events.onLink(this.downState());
    if (!this.refused) return;
    this.listen();
    for (const action of this.pending.values()) void this.actByStream(action);
    for (const id of this.watches.keys()) this.watch(id);
  }

  private downState(): LinkState {
    return !navigator.onLine ? "offline" : this.everOpen ? "reconnecting" : "connecting";
  }

  /** Without a socket the list comes by a stream of its own, until a socket opens. */
  private listen(): void {
    const events = {
      onOpen: (): void => (this.events.onLink("streaming"), this.events.onReconnect()),
      onFrame: (frame: ServerEvent): void => this.receive(frame),
      onDown: (refused: boolean): void => this.events.onLink(refused ? "fallback" : this.everOpen && navigator.onLine ? "reconnecting" : "offline"),
    };
    const list = (this.list ??= import("@/lib/transport/live").then(({ LiveList }) => new LiveList(events)));
    void list.then((live) => this.list === list && live.start()).catch(() => (this.list = null));
  }

  private unlisten(): void {
    const list = this.list;
    this.list = null;
    void list?.then((live) => live.stop()).catch(() => undefined);
  }

  private receive(frame: ServerEvent): void {
    if (frame.type === "pong" || frame.type === "system") return;
    if (frame.type === "start") this.started(frame);
    if (frame.type === "error" && frame.action && frame.client_id) this.pending.delete(frame.client_id);
    if (frame.type === "error" && frame.action === "attach" && frame.generation_id) {
      return this.refusedToFollow(frame.generation_id, frame.retryable);
    }
    if (frame.type === "done") this.forget(frame.generation_id);
    if ("offset" in frame && frame.offset !== undefined && frame.generation_id) {
      const watch = this.watches.get(frame.generation_id);
      if (watch) watch.offset = Math.max(watch.offset, frame.offset);
    }
    this.events.onFrame(frame);
  }

  private started(frame: Extract<ServerEvent, { type: "start" }>): void {
    if (frame.client_id) this.pending.delete(frame.client_id);
    if (!this.watches.has(frame.generation_id)) {
      this.watches.set(frame.generation_id, { offset: frame.offset, stream: null, attempt: 0 });
    }
  }

  private readonly streaming = new Set<string>();

  private async actByStream(action: StartAction, attempt = 0): Promise<void> {
    if (this.streaming.has(action.client_id)) return;
    this.streaming.add(action.client_id);
    const abort = new AbortController();
    let generationId = "";
    const onFrame: OnFrame = (frame) => {
      if (frame.type === "start") {
        this.receive({ ...frame, client_id: action.client_id });
        if (generationId) return this.watch(frame.generation_id); // A second answer has a stream of its own.
        generationId = frame.generation_id;
        const watch = this.watches.get(generationId);
        if (watch) watch.stream = abort;
      } else this.receive(frame);
    };
    try {
      await streamAction(action, onFrame, abort.signal);
    } catch (cause) {
      if (!generationId && this.mayRepeat(cause)) {
        window.setTimeout(() => this.repeat(action, attempt + 1), backoff(attempt));
      } else if (!generationId) this.reject(action, cause);
    } finally {
      this.streaming.delete(action.client_id);
      this.resume(generationId);
    }
  }

  private repeat(action: StartAction, attempt: number): void {
    if (this.pending.has(action.client_id) && !this.socket.isOpen) void this.actByStream(action, attempt);
  }

  private async followByStream(generationId: string, watch: Watch): Promise<void> {
    const abort = new AbortController();
    watch.stream = abort;
    try {
      await streamGeneration(generationId, watch.offset, (frame) => this.receive(frame), abort.signal);
      watch.attempt = 0;
    } catch (cause) {
      if (!this.mayRepeat(cause)) this.watches.delete(generationId);
      watch.attempt += 1;
    } finally {
      this.resume(generationId);
    }
  }

  /** A stream ended. When its answer did not, go on from the last offset. */
  private resume(generationId: string): void {
    const watch = this.watches.get(generationId);
    if (!watch) return;
    watch.stream = null;
    window.setTimeout(() => this.watch(generationId), backoff(watch.attempt));
  }

  /** The server is busy or ending: ask again soon. What is not there any more is not asked for again. */
  private refusedToFollow(generationId: string, retryable: boolean): void {
    const watch = this.watches.get(generationId);
    if (!watch) return;
    watch.attempt += 1;
    if (retryable) this.resume(generationId);
    else this.watches.delete(generationId);
  }

  private mayRepeat(cause: unknown): boolean {
    return !(cause instanceof ApiError) || cause.status === 0 || cause.status >= 502;
  }

  private reject(action: StartAction, cause: unknown): void {
    this.pending.delete(action.client_id);
    const error = cause instanceof ApiError ? cause : new ApiError(this.events.sentence(), 0, "error");
    this.events.onFrame({
      type: "error",
      error: error.message,
      code: error.code,
      retryable: error.status === 0 || error.status === 429 || error.status >= 500,
      action: action.type,
      client_id: action.client_id,
    });
  }

  private forget(generationId: string): void {
    const watch = this.watches.get(generationId);
    this.watches.delete(generationId);
    watch?.stream?.abort();
  }
}
