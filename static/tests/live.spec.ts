import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { configureApi } from "@/lib/transport/api";
import { Hub, type LinkState } from "@/lib/transport/hub";
import { Socket } from "@/lib/transport/socket";
import type { ServerEvent } from "@/types/api";

class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.readyState = 3;
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  fail(): void {
    this.readyState = 3;
    this.onclose?.({ code: 1006 });
  }
  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

/** The server's end of the streams that the page opens. */
class Streams {
  asked = 0;
  refusal: Response | Error | null = null;
  private write: ((text: string) => void) | null = null;
  private finish: (() => void) | null = null;

  readonly fetch = async (path: string, init: RequestInit): Promise<Response> => {
    expect(path).toBe("/api/live");
    this.asked += 1;
    if (this.refusal instanceof Error) throw this.refusal;
    if (this.refusal) return this.refusal.clone();
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.write = (text) => controller.enqueue(encoder.encode(text));
        this.finish = () => controller.close();
        init.signal!.addEventListener("abort", () => controller.error(new DOMException("aborted", "AbortError")));
      },
    });
    return new Response(body);
  };

  async say(...frames: object[]): Promise<void> {
    await vi.waitFor(() => expect(this.write).not.toBeNull());
    for (const frame of frames) this.write!(`data: ${JSON.stringify(frame)}\n\n`);
    await vi.advanceTimersByTimeAsync(1);
  }

  end(): void {
    this.finish!();
    this.write = null;
  }
}

const CONNECTED = { type: "system", message: "connected" };
const last = (): FakeSocket => FakeSocket.all.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.all = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("the list without a socket", () => {
  const links: LinkState[] = [];
  const frames: ServerEvent[] = [];
  const reconnected = vi.fn();
  const signedOut = vi.fn();
  let streams: Streams;
  let hub: Hub;

  beforeEach(() => {
    links.length = frames.length = 0;
    reconnected.mockReset();
    signedOut.mockReset();
    streams = new Streams();
    vi.stubGlobal("fetch", streams.fetch);
    configureApi({ onSignedOut: signedOut, sentences: () => ({ offline: "Offline.", failed: "Failed." }) });
    hub = new Hub({
      onFrame: (frame) => frames.push(frame), onReconnect: reconnected, onLink: (state) => links.push(state),
      onSignedOut: signedOut, sentence: () => "Failed.",
    });
    hub.start();
  });
  afterEach(() => hub.stop());

  /** Sockets are blocked: none opens. */
  async function blocked(): Promise<void> {
    while (streams.asked === 0) {
      if (last().readyState === 0) last().fail();
      await vi.advanceTimersByTimeAsync(500);
    }
  }

  it("comes by a stream, and everything is fetched once it is open", async () => {
    await blocked();
    expect(links.at(-1)).not.toBe("fallback");
    await streams.say(CONNECTED, { type: "changed", what: "folders" });
    expect(links.at(-1)).toBe("streaming");
    expect(reconnected).toHaveBeenCalledTimes(1);
    expect(frames).toEqual([{ type: "changed", what: "folders" }]);
  });

  it("is opened again after a break", async () => {
    await blocked();
    await streams.say(CONNECTED);
    streams.end();
    await vi.advanceTimersByTimeAsync(1000);
    expect(streams.asked).toBe(2);
    await streams.say(CONNECTED);
    expect(reconnected).toHaveBeenCalledTimes(2);
    expect(links.at(-1)).toBe("streaming");
  });

  it("is given up for a socket as soon as one opens", async () => {
    await blocked();
    await streams.say(CONNECTED);
    last().fail();
    while (last().readyState !== 0) await vi.advanceTimersByTimeAsync(100);
    last().open();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(links.at(-1)).toBe("live");
    expect(streams.asked).toBe(1);
  });

  it("is limited only when streams are refused too, and offline when nothing gets through", async () => {
    streams.refusal = new Response("{}", { status: 502 });
    await blocked();
    await vi.advanceTimersByTimeAsync(100);
    expect(links.at(-1)).toBe("fallback");
    streams.refusal = new TypeError("network");
    await vi.advanceTimersByTimeAsync(2000);
    expect(links.at(-1)).toBe("offline");
  });

  it("is let go of by a tab out of sight, and taken up again by one that is looked at", async () => {
    await blocked();
    await streams.say(CONNECTED);
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(streams.asked).toBe(1);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(1);
    expect(streams.asked).toBe(2);
  });

  it("is opened again when even the heartbeat is missing", async () => {
    await blocked();
    await streams.say(CONNECTED);
    await vi.advanceTimersByTimeAsync(42_000);
    expect(streams.asked).toBe(2);
  });

  it("tells that the person is not signed in any more", async () => {
    streams.refusal = new Response(JSON.stringify({ detail: "Sign in." }), { status: 401 });
    await blocked();
    await vi.advanceTimersByTimeAsync(1);
    expect(signedOut).toHaveBeenCalled();
  });
});

describe("a socket after a sleep", () => {
  const down = vi.fn();
  let socket: Socket;

  beforeEach(() => {
    down.mockReset();
    socket = new Socket(() => "ws://x", { onOpen: () => undefined, onFrame: () => undefined, onDown: down, onSignedOut: () => undefined });
    socket.start();
    last().open();
  });
  afterEach(() => socket.stop());

  it("is asked at once when the clock has jumped, and given up soon", async () => {
    vi.setSystemTime(Date.now() + 8 * 3600_000);
    vi.advanceTimersByTime(5000);
    expect(last().sent).toEqual(['{"type":"ping"}']);
    vi.advanceTimersByTime(4000);
    expect(down).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(500);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("is asked when somebody looks again, once however often they do", () => {
    for (let times = 0; times < 5; times += 1) {
      window.dispatchEvent(new Event("focus"));
      document.dispatchEvent(new Event("visibilitychange"));
      vi.advanceTimersByTime(900);
    }
    expect(down).toHaveBeenCalledTimes(1);
    expect(FakeSocket.all[0]!.sent).toHaveLength(1);
  });

  it("lives on when it answers", () => {
    window.dispatchEvent(new Event("focus"));
    last().say({ type: "pong" });
    vi.advanceTimersByTime(20_000);
    expect(down).not.toHaveBeenCalled();
  });
});
