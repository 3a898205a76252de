import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, configureApi, endReads, request } from "@/lib/transport/api";
import { backoff } from "@/lib/transport/backoff";
import { Hub, type LinkState } from "@/lib/transport/hub";
import { SseDecoder } from "@/lib/transport/sse";
import type { ServerEvent } from "@/types/api";

describe("server-sent events", () => {
  const TEXT = 'id: 3\r\ndata: {"a":"世界"}\r\n\r\n: heartbeat\n\nevent: x\ndata: one\ndata:two\n\rdata: last\r\r';

  it("come out the same at every cut", () => {
    const whole = new SseDecoder().push(TEXT + "\n");
    expect(whole.map((event) => event.data)).toEqual(['{"a":"世界"}', "one\ntwo", "last"]);
    for (let cut = 0; cut <= TEXT.length; cut += 1) {
      const decoder = new SseDecoder();
      expect([...decoder.push(TEXT.slice(0, cut)), ...decoder.push(TEXT.slice(cut)), ...decoder.push("\n")]).toEqual(whole);
    }
  });
});

describe("back-off", () => {
  it("doubles, stays under its ceiling, and is never the same for all", () => {
    expect(backoff(0, () => 0)).toBe(250);
    expect(backoff(0, () => 1)).toBe(500);
    expect(backoff(30, () => 1)).toBe(20_000);
  });
});

describe("requests", () => {
  const signedOut = vi.fn();
  const answer = (status: number, body: object): void => {
    vi.stubGlobal("fetch", vi.fn(async () => new Response(JSON.stringify(body), { status })));
  };

  beforeEach(() => {
    signedOut.mockReset();
    configureApi({ onSignedOut: signedOut, sentences: () => ({ offline: "Offline.", failed: "Failed." }) });
  });
  afterEach(() => vi.unstubAllGlobals());

  it("turn errors into sentences with their fields", async () => {
    answer(400, { detail: "Check the fields.", code: "invalid", fields: { username: ["Taken."] } });
    await expect(request("POST", "/api/register", { json: {} })).rejects.toMatchObject({
      message: "Check the fields.", status: 400, code: "invalid", fields: { username: ["Taken."] },
    });
  });

  it("have a sentence even when the server has none", async () => {
    vi.stubGlobal("fetch", vi.fn(async () => new Response("<h1>Bad gateway</h1>", { status: 502 })));
    await expect(request("GET", "/api/models")).rejects.toMatchObject({ message: "Failed.", status: 502 });
    vi.stubGlobal("fetch", vi.fn(async () => Promise.reject(new TypeError("network"))));
    await expect(request("GET", "/api/models")).rejects.toMatchObject({ message: "Offline.", code: "offline" });
  });

  it("send the CSRF token with what writes", async () => {
    document.cookie = "csrftoken=abc%3D";
    answer(200, {});
    await request("POST", "/api/chat/start", { json: {} });
    await request("GET", "/api/models");
    const [[, post], [, get]] = vi.mocked(fetch).mock.calls as [[string, RequestInit], [string, RequestInit]];
    expect(post.headers).toMatchObject({ "X-CSRFToken": "abc=" });
    expect(get.headers).not.toHaveProperty("X-CSRFToken");
  });

  it("that read end with the session, without a sentence; later ones and those that write go on", async () => {
    const answers: ((response: Response) => void)[] = [];
    vi.stubGlobal("fetch", vi.fn((_path: string, { signal }: RequestInit) => new Promise<Response>((done, fail) => {
      answers.push(done);
      signal?.addEventListener("abort", () => fail(signal.reason as Error));
    })));
    const reading = request("GET", "/api/chat/sessions").catch((cause: unknown) => cause);
    const writing = request("POST", "/api/logout");
    endReads();
    expect(await reading).toMatchObject({ code: "ended", message: "" });
    const later = request("GET", "/api/models");
    for (const answer of answers) answer(new Response("{}"));
    await expect(Promise.all([writing, later])).resolves.toEqual([{}, {}]);
  });

  it("tell when the session is over, but not for a wrong password", async () => {
    answer(401, { detail: "Sign in.", code: "not_authenticated" });
    await request("GET", "/api/models").catch(() => undefined);
    await request("POST", "/api/login", { json: {} }).catch(() => undefined);
    expect(signedOut).toHaveBeenCalledTimes(1);
  });
});

class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(): void {
    this.readyState = 3;
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  fail(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

describe("the hub", () => {
  const frames: ServerEvent[] = [];
  const links: LinkState[] = [];
  const signedOut = vi.fn();
  const reconnected = vi.fn();
  let hub: Hub;
  const last = (): FakeSocket => FakeSocket.all.at(-1)!;
  const SEND = { type: "send", client_id: "c", message: "Hi" } as const;
  const START = { type: "start", session_id: "s", message_id: 2, user_message_id: 1, generation_id: "g", model_id: "m", offset: 0 };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    FakeSocket.all = [];
    frames.length = links.length = 0;
    signedOut.mockReset();
    reconnected.mockReset();
    hub = new Hub({
      onFrame: (frame) => frames.push(frame), onReconnect: reconnected, onLink: (state) => links.push(state),
      onSignedOut: signedOut, sentence: () => "Failed.",
    });
    hub.start();
  });
  afterEach(() => {
    hub.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("knows at once when the network goes, and again when it is back", () => {
    last().open();
    const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    window.dispatchEvent(new Event("offline"));
    expect(links).toEqual(["live", "offline"]);
    hub.act(SEND);
    online.mockRestore();
    window.dispatchEvent(new Event("online"));
    last().open();
    expect(FakeSocket.all).toHaveLength(2);
    expect(last().sent).toEqual([SEND]);
    expect(links.at(-1)).toBe("live");
  });

  it("repeats a send with the same client_id until it was accepted", () => {
    hub.act(SEND);
    last().open();
    expect(last().sent).toEqual([SEND]);
    last().fail();
    vi.advanceTimersByTime(1000);
    last().open();
    expect(last().sent).toEqual([SEND]);
    last().say({ ...START, client_id: "c" });
    last().fail();
    vi.advanceTimersByTime(1000);
    last().open();
    expect(last().sent).toEqual([{ type: "attach", generation_id: "g", offset: 0 }]);
  });

  it("attaches again to everything live at its last offset, and says that it was away", () => {
    last().open();
    hub.attach("g", 3);
    last().say({ type: "delta", content: "ab", offset: 5, generation_id: "g" });
    last().fail();
    vi.advanceTimersByTime(1000);
    last().open();
    expect(last().sent).toEqual([{ type: "attach", generation_id: "g", offset: 5 }]);
    expect(reconnected).toHaveBeenCalledTimes(1);
    last().say({ type: "done", done: true, session_id: "s", message_id: 2, generation_id: "g", finish_reason: "stop", usage: null, offset: 5 });
    last().fail();
    vi.advanceTimersByTime(1000);
    last().open();
    expect(last().sent).toEqual([]);
  });

  it("attaches from where the viewer is, when frames came before the answer was shown", () => {
    last().open();
    hub.act(SEND, []);
    last().say({ ...START, client_id: "c" });
    last().say({ type: "delta", content: "I", offset: 1, generation_id: "g" });
    hub.attach("g", 0);
    expect(last().sent.at(-1)).toEqual({ type: "attach", generation_id: "g", offset: 0 });
  });

  it("asks again to follow an answer when the server was busy, and not when it is gone", () => {
    last().open();
    hub.attach("g", 3);
    const refusal = { type: "error" as const, error: "Busy.", action: "attach", generation_id: "g" };
    last().say({ ...refusal, code: "throttled", retryable: true });
    expect(last().sent).toHaveLength(1);
    vi.advanceTimersByTime(5000);
    expect(last().sent).toEqual(Array(2).fill({ type: "attach", generation_id: "g", offset: 3 }));
    last().say({ ...refusal, code: "not_found", retryable: false });
    vi.advanceTimersByTime(10000);
    expect(last().sent.filter((frame) => frame.type === "attach")).toHaveLength(2);
  });

  it("finds a dead connection by its missing pong", () => {
    last().open();
    vi.advanceTimersByTime(25_000);
    expect(last().sent).toEqual([{ type: "ping" }]);
    last().say({ type: "pong" });
    vi.advanceTimersByTime(24_000);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(12_000);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });

  it("stops for good when the person is not signed in any more", () => {
    last().open();
    last().fail(4401);
    vi.advanceTimersByTime(60_000);
    expect(signedOut).toHaveBeenCalledTimes(1);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("falls back to event streams when no socket opens, with the same frames", async () => {
    const lines = [START, { type: "delta", content: "Hi", offset: 2 }];
    const body = (from: object[]): string => from.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join("");
    const done = { type: "done", done: true, session_id: "s", message_id: 2, generation_id: "g", finish_reason: "stop", usage: null, offset: 2 };
    const calls: string[] = [];
    vi.stubGlobal("fetch", async (path: string) => {
      if (path === "/api/live") return new Response("{}", { status: 503 });
      calls.push(path);
      return new Response(body(path.includes("events") ? [START, done] : lines));
    });
    hub.act(SEND);
    last().fail();
    await vi.advanceTimersByTimeAsync(1000);
    last().fail();
    await vi.advanceTimersByTimeAsync(2000);
    await vi.waitFor(() => expect(links).toContain("fallback"));
    expect(calls).toEqual(["/api/chat/stream", "/api/chat/generations/g/events?offset=2"]);
    expect(frames.map((frame) => frame.type)).toEqual(["start", "delta", "start", "done"]);
    expect(frames[0]).toMatchObject({ client_id: "c" });
    expect(frames[1]).toMatchObject({ generation_id: "g" });
  });

  it("follows each of two answers by an event stream of its own when no socket opens", async () => {
    const other = { ...START, message_id: 3, generation_id: "h", beside: 2 };
    const done = (id: string): object => ({ type: "done", done: true, session_id: "s", message_id: 2, generation_id: id, finish_reason: "stop", usage: null, offset: 2 });
    const body = (from: object[]): string => from.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join("");
    const calls: string[] = [];
    vi.stubGlobal("fetch", async (path: string) => {
      if (path === "/api/live") return new Response("{}", { status: 503 });
      calls.push(path);
      const own = [{ type: "delta", content: "Hi", offset: 2 }];
      return new Response(body(path.includes("events") ? [{ ...other, beside: undefined }, { ...own[0], content: "Yo" }, done("h")] : [START, other, ...own, done("g")]));
    });
    hub.act({ ...SEND, beside_model_id: "m2" });
    last().fail();
    await vi.advanceTimersByTimeAsync(1000);
    last().fail();
    await vi.advanceTimersByTimeAsync(2000);
    await vi.waitFor(() => expect(frames.filter(({ type }) => type === "done")).toHaveLength(2));
    expect(calls).toEqual(["/api/chat/stream", "/api/chat/generations/h/events?offset=0"]);
    const starts = frames.filter((frame) => frame.type === "start" && frame.client_id === "c");
    expect(starts.map((frame) => "beside" in frame && frame.beside)).toEqual([false, 2]);
    const texts = frames.flatMap((frame) => (frame.type === "delta" ? [[frame.generation_id, frame.content]] : []));
    expect(texts.sort()).toEqual([["g", "Hi"], ["h", "Yo"]]);
  });

  it("tells the page when an action was refused by HTTP", async () => {
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ detail: "Too many.", code: "throttled" }), { status: 429 }));
    hub.act(SEND);
    last().fail();
    await vi.advanceTimersByTimeAsync(1000);
    last().fail();
    await vi.advanceTimersByTimeAsync(100);
    expect(frames).toEqual([
      { type: "error", error: "Too many.", code: "throttled", retryable: true, action: "send", client_id: "c" },
    ]);
    expect(new ApiError("x", 1, "y")).toBeInstanceOf(Error);
  });
});
