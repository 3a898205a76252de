/** The fallback when no socket can be opened: the same frames, read from an event stream. */
import { openStream } from "@/lib/transport/api";
import { SseDecoder } from "@/lib/transport/sse";
import type { ServerEvent, StartAction } from "@/types/api";

export type OnFrame = (frame: ServerEvent) => void;

async function read(body: ReadableStream<Uint8Array>, onFrame: OnFrame): Promise<boolean> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  const decoder = new SseDecoder();
  let generationId: string | undefined;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return false;
    for (const event of decoder.push(value)) {
      const frame = JSON.parse(event.data) as ServerEvent;
      // The first: a second answer, beside it, is only told of.
      if (frame.type === "start") generationId ??= frame.generation_id;
      onFrame(generationId ? ({ generation_id: generationId, ...frame } as ServerEvent) : frame);
      if (frame.type === "done") {
        await reader.cancel().catch(() => undefined);
        return true;
      }
    }
  }
}

/** @returns whether the log was seen to its end; otherwise the caller attaches again. @throws ApiError */
export async function streamAction(action: StartAction, onFrame: OnFrame, signal: AbortSignal): Promise<boolean> {
  const { type, ...rest } = action;
  const { message_id, ...body } = rest as { message_id?: number };
  const path = type === "send" ? "/api/chat/stream" : `/api/chat/messages/${message_id}/${type}`;
  return read(await openStream("POST", path, { json: body, signal }), onFrame);
}

/** @returns whether the log was seen to its end. @throws ApiError */
export async function streamGeneration(
  generationId: string,
  offset: number,
  onFrame: OnFrame,
  signal: AbortSignal,
): Promise<boolean> {
  const path = `/api/chat/generations/${generationId}/events?offset=${offset}`;
  const tagged: OnFrame = (frame) => onFrame({ generation_id: generationId, ...frame } as ServerEvent);
  return read(await openStream("GET", path, { signal }), tagged);
}
