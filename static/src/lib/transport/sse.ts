/**
 * Server-sent events, decoded: text in, events out. Pure, so that every cut (inside CR LF, inside a
 * field name) is a unit test. Bytes become text in a TextDecoder before, so split UTF-8 cannot hurt.
 */
export interface SseEvent {
  event: string;
  data: string;
  id: string;
}

export class SseDecoder {
  private rest = "";
  private data: string[] = [];
  private event = "";
  private id = "";

  push(text: string): SseEvent[] {
    this.rest += text;
    const events: SseEvent[] = [];
    for (;;) {
      const line = this.nextLine();
      if (line === null) return events;
      if (line === "") this.dispatch(events);
      else this.field(line);
    }
  }

  private nextLine(): string | null {
    const at = this.rest.search(/[\r\n]/);
    if (at < 0) return null;
    const isCr = this.rest[at] === "\r";
    // A CR at the very end may be half of CR LF: wait for the next piece.
    if (isCr && at === this.rest.length - 1) return null;
    const width = isCr && this.rest[at + 1] === "\n" ? 2 : 1;
    const line = this.rest.slice(0, at);
    this.rest = this.rest.slice(at + width);
    return line;
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment: the heartbeat
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.data.push(value);
    else if (name === "event") this.event = value;
    else if (name === "id") this.id = value;
  }

  private dispatch(events: SseEvent[]): void {
    if (this.data.length) events.push({ event: this.event || "message", data: this.data.join("\n"), id: this.id });
    this.data = [];
    this.event = "";
  }
}
