/**
 * The only module that holds a socket. It opens, keeps alive and reopens one connection; what the
 * frames mean is the hub's business.
 */
import { backoff } from "@/lib/transport/backoff";
import type { ServerEvent } from "@/types/api";

const TICK = 5_000;
const PING_EVERY = 25_000;
const PONG_WITHIN = 8_000;
/** After a sleep the connection is most likely dead, and somebody looks at the page. */
const WAKE_WITHIN = 4_000;
const OPEN_WITHIN = 8_000;
const SIGNED_OUT = 4401;

/** What tells that the machine woke up, the network came back, or somebody looks again. */
const WAKES: [EventTarget, string][] = [
  [window, "online"],
  [window, "pageshow"],
  [window, "focus"],
  [document, "visibilitychange"],
  [document, "resume"],
];

export interface SocketEvents {
  onOpen: () => void;
  onFrame: (frame: ServerEvent) => void;
  /** `failures` counts the tries in a row that never opened. */
  onDown: (failures: number) => void;
  onSignedOut: () => void;
}

export class Socket {
  private ws: WebSocket | null = null;
  private failures = 0;
  private retryTimer = 0;
  private tickTimer = 0;
  private deadTimer = 0;
  private wanted = false;
  private heard = 0;
  private ticked = 0;
  private asked = false;

  constructor(
    private readonly url: () => string,
    private readonly events: SocketEvents,
  ) {}

  get isOpen(): boolean {
    return this.ws?.readyState === WebSocket.OPEN;
  }

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    for (const [target, name] of WAKES) target.addEventListener(name, this.wake);
    window.addEventListener("offline", this.cut);
    this.open();
  }

  stop(): void {
    this.wanted = false;
    for (const [target, name] of WAKES) target.removeEventListener(name, this.wake);
    window.removeEventListener("offline", this.cut);
    this.drop();
    this.failures = 0;
  }

  send(frame: object): boolean {
    if (!this.isOpen) return false;
    this.ws!.send(JSON.stringify(frame));
    return true;
  }

  /** The machine woke up or the network came back: do not wait for the timer. */
  private readonly wake = (): void => {
    if (!this.wanted || document.hidden) return;
    if (this.isOpen) this.ping(WAKE_WITHIN);
    else if (this.ws?.readyState !== WebSocket.CONNECTING) this.open();
  };

  /** The network went: a socket may look open for minutes yet, and what is sent into it is lost. */
  private readonly cut = (): void => {
    if (this.ws) this.lost(this.ws);
  };

  private open(): void {
    this.drop();
    const ws = new WebSocket(this.url());
    this.ws = ws;
    this.deadTimer = window.setTimeout(() => this.lost(ws), OPEN_WITHIN);
    ws.onopen = () => {
      window.clearTimeout(this.deadTimer);
      this.failures = -1;
      this.heard = this.ticked = Date.now();
      this.tickTimer = window.setInterval(() => this.tick(), TICK);
      this.events.onOpen();
    };
    ws.onmessage = (message) => {
      window.clearTimeout(this.deadTimer);
      this.heard = Date.now();
      this.asked = false;
      this.events.onFrame(JSON.parse(message.data as string) as ServerEvent);
    };
    ws.onclose = (close) => (close.code === SIGNED_OUT ? this.signedOut() : this.lost(ws));
  }

  /** Asks now and then whether anybody is there, and at once when the clock says that the machine has slept. */
  private tick(): void {
    const now = Date.now();
    const slept = now - this.ticked > 3 * TICK;
    this.ticked = now;
    if (slept) this.ping(WAKE_WITHIN);
    else if (now - this.heard >= PING_EVERY) this.ping(PONG_WITHIN);
  }

  private ping(within: number): void {
    // Asking again would only put off the moment at which silence counts.
    if (this.asked || !this.send({ type: "ping" })) return;
    const ws = this.ws!;
    this.asked = true;
    window.clearTimeout(this.deadTimer);
    this.deadTimer = window.setTimeout(() => this.lost(ws), within);
  }

  private lost(ws: WebSocket): void {
    if (ws !== this.ws) return;
    this.drop();
    if (!this.wanted) return;
    this.failures += 1;
    this.retryTimer = window.setTimeout(() => this.open(), backoff(this.failures));
    this.events.onDown(this.failures);
  }

  private signedOut(): void {
    this.stop();
    this.events.onSignedOut();
  }

  private drop(): void {
    window.clearTimeout(this.retryTimer);
    window.clearTimeout(this.deadTimer);
    window.clearInterval(this.tickTimer);
    this.asked = false;
    const ws = this.ws;
    this.ws = null;
    if (!ws) return;
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.close();
  }
}
