import { describe, expect, it } from "vitest";

import { characters } from "@/chat/messages";
import { EMPTY, applyEvent, fold } from "@/chat/reducer";
import type { ChatEvent, ChatState } from "@/chat/types";
import type { ServerEvent } from "@/types/api";

import { detail, storedMessage } from "./helpers";

const PIECES: ["reasoning" | "delta", string][] = [
  ["reasoning", "The user "], ["reasoning", "greets 😀."], ["delta", "Hello"], ["delta", ", 世界"], ["delta", "! 🎉🎉 "],
  ["delta", "How are you?"],
];
const CONTENT = "Hello, 世界! 🎉🎉 How are you?";
const REASONING = "The user greets 😀.";

/** A recorded log as the server sends it from `from` on: whole pieces, the first one cut at the offset. */
function record(from = 0, reason: "stop" | "stopped" | "error" | "interrupted" = "stop"): ServerEvent[] {
  const events: ServerEvent[] = [start(from)];
  let offset = 0;
  for (const [type, content] of PIECES) {
    const end = offset + characters(content);
    const rest = [...content].slice(Math.max(0, from - offset)).join("");
    if (end > from) events.push({ type, content: rest, offset: end, generation_id: "g" });
    offset = end;
  }
  events.push({
    type: "done", done: true, session_id: "s1", message_id: 2, generation_id: "g", finish_reason: reason,
    usage: { prompt_tokens: 3, completion_tokens: 9 }, offset,
  });
  return events;
}

function start(offset = 0, fields: object = {}): ServerEvent {
  return {
    type: "start", session_id: "s1", message_id: 2, user_message_id: 1, generation_id: "g", model_id: "m", offset, ...fields,
  };
}

function asked(): ChatState {
  return applyEvent(EMPTY, { type: "sent", client_id: "c", message: "Hi", model_id: "m", at: 1000 });
}

const LENGTH = characters(CONTENT) + characters(REASONING);

describe("a recorded log", () => {
  it("folds to what is stored", () => {
    const state = fold(asked(), record());
    expect(state.sessionId).toBe("s1");
    expect(state.messages.map((message) => message.message_id)).toEqual([1, 2]);
    expect(state.messages[1]).toMatchObject({
      content: CONTENT, reasoning: REASONING, status: "completed", finish_reason: "stop", completion_tokens: 9,
      parent_id: 1, client_id: null, offset: LENGTH,
    });
  });

  it("resumes at every offset to the same text, whatever was shown before", () => {
    const whole = fold(asked(), record());
    for (let cut = 0; cut <= LENGTH; cut += 1) {
      const seen = record(0).filter((event) => event.type === "start" || (event.type !== "done" && "offset" in event && event.offset! <= cut));
      const before = fold(asked(), seen);
      for (let again = 0; again <= before.messages[1]!.offset; again += 1) {
        const state = fold(before, record(again));
        expect(state.messages[1]!.content).toBe(whole.messages[1]!.content);
        expect(state.messages[1]!.reasoning).toBe(whole.messages[1]!.reasoning);
      }
    }
  });

  it("ignores frames it has seen, and everything after the end", () => {
    const twice = record().flatMap((event) => [event, event]);
    const state = fold(asked(), [...twice, { type: "delta", content: "more", offset: LENGTH + 4, generation_id: "g" }]);
    expect(state.messages[1]!.content).toBe(CONTENT);
  });

  it("takes only what is new of a frame that overlaps", () => {
    const before = fold(asked(), [start(), { type: "delta", content: "a🎉b", offset: 3, generation_id: "g" }]);
    const after = applyEvent(before, { type: "delta", content: "🎉bcd", offset: 5, generation_id: "g" });
    expect(after.messages[1]!.content).toBe("a🎉bcd");
  });

  it("notices a hole instead of gluing over it", () => {
    const state = fold(asked(), [start(), { type: "delta", content: "late", offset: 14, generation_id: "g" }]);
    expect(state.gap).toBe("g");
    expect(state.messages[1]!.content).toBe("");
  });

  it("counts events that are not text as one character", () => {
    const state = fold(asked(), [
      start(),
      { type: "delta", content: "ab", offset: 2, generation_id: "g" },
      { type: "title", session_id: "s1", title: "T", generation_id: "g", offset: 3 },
      { type: "delta", content: "c", offset: 4, generation_id: "g" },
    ]);
    expect(state).toMatchObject({ gap: null });
    expect(state.messages[1]!.content).toBe("abc");
  });
});

describe("an answer's end", () => {
  it.each([
    ["stop", "completed"], ["stopped", "stopped"], ["error", "failed"], ["interrupted", "interrupted"],
  ] as const)("%s leaves it %s with its text", (reason, status) => {
    expect(fold(asked(), record(0, reason)).messages[1]).toMatchObject({ status, content: CONTENT });
  });

  it("keeps the sentence of an error", () => {
    const error: ServerEvent = { type: "error", error: "Busy.", code: "rate_limited", retryable: true, generation_id: "g" };
    const [first, ...rest] = record(0, "error");
    const state = fold(asked(), [first!, error, ...rest]);
    expect(state.messages[1]).toMatchObject({ status: "failed", error: { error: "Busy.", retryable: true } });
  });

  it("measures how long was thought", () => {
    const timed = record().map((event, index) => ({ ...event, at: 5000 + index * 1000 }));
    const [, answer] = fold(asked(), timed).messages;
    expect(answer).toMatchObject({ reasoning_ms: 2000, thinking_from: null });
    // The server's own figure is the one that stays.
    const told = timed.map((event) => (event.type === "done" ? { ...event, reasoning_ms: 1800 } : event));
    expect(fold(asked(), told).messages[1]!.reasoning_ms).toBe(1800);
  });

  it("goes on measuring where a page is loaded while it thinks, and where an answer is continued", () => {
    const frames = (from: number, ...events: (readonly [type: "delta" | "reasoning", content: string, at: number])[]): ChatEvent[] => {
      let offset = from;
      return events.map(([type, content, at]) => ({ type, content, at, offset: (offset += content.length), generation_id: "g" }));
    };
    const running = storedMessage({ status: "running", reasoning: "ab", reasoning_ms: 5000, generation_id: "g", offset: 2 });
    const state = applyEvent(EMPTY, { type: "loaded", detail: detail([running]) });
    const thinking = fold(state, frames(2, ["reasoning", "c", 20_000]));
    expect(thinking.messages[0]).toMatchObject({ reasoning_ms: 5000, thinking_from: 15_000 });
    expect(fold(thinking, frames(3, ["delta", "d", 23_000])).messages[0]).toMatchObject({ reasoning_ms: 8000, thinking_from: null });
    // Nothing is added to what ended before.
    expect(fold(state, frames(2, ["delta", "c", 23_000])).messages[0]!.reasoning_ms).toBe(5000);

    const ended = storedMessage({ status: "stopped", reasoning: "ab", content: "cd", reasoning_ms: 5000, message_id: 7, generation_id: "f", offset: 4 });
    const asking = fold(EMPTY, [
      { type: "loaded", detail: detail([ended]) },
      { type: "rerun", client_id: "c", message_id: 7, keep: true, model_id: null, at: 0 },
      start(0, { client_id: "c", message_id: 8 }),
    ]);
    const frame = frames(0, ["reasoning", "ab", 1000], ["delta", "cd", 1000], ["reasoning", "e", 2000], ["delta", "f", 4500]);
    expect(fold(asking, frame).messages[0]).toMatchObject({ content: "cdf", reasoning: "abe", reasoning_ms: 7500 });
  });
});

describe("an action", () => {
  it("shows a question as it was stored, where a word of it was masked", () => {
    const [question] = applyEvent(asked(), start(0, { client_id: "c", message: "H*" })).messages;
    expect(question).toMatchObject({ message_id: 1, content: "H*" });
  });

  it("keeps its place with the reason when it is refused", () => {
    const refusal: ChatEvent = { type: "error", error: "Too many.", code: "throttled", retryable: true, action: "send", client_id: "c" };
    const state = applyEvent(asked(), refusal);
    expect(state.messages.map((message) => message.status)).toEqual(["completed", "failed"]);
    expect(applyEvent(state, { type: "discarded", client_id: "c" }).messages).toEqual([]);
  });

  it("is matched by its client_id when several wait", () => {
    const state = fold(asked(), [start(0, { client_id: "other", message_id: 9 }), start(0, { client_id: "c" })]);
    expect(state.messages.map((message) => message.message_id)).toEqual([1, 2]);
  });

  it("keeps keys from the first bubble to the stored message", () => {
    const before = asked();
    const after = applyEvent(fold(before, record()), {
      type: "loaded",
      detail: detail([storedMessage({ message_id: 1, role: "user", content: "Hi" }), storedMessage({ message_id: 2, content: CONTENT })]),
    });
    expect(after.messages.map((message) => message.key)).toEqual(before.messages.map((message) => message.key));
  });
});

describe("regenerate, continue and edit", () => {
  const loaded = applyEvent(EMPTY, {
    type: "loaded",
    detail: detail([
      storedMessage({ message_id: 1, role: "user", content: "Hi" }),
      storedMessage({ message_id: 5, content: "Half an", status: "interrupted", parent_id: 1 }),
    ]),
  });

  it("hide the old answer and count it as a sibling", () => {
    const state = fold(loaded, [
      { type: "rerun", client_id: "c", message_id: 5, keep: false, model_id: null, at: 0 },
      start(0, { client_id: "c", message_id: 7 }),
    ]);
    expect(state.messages.map((message) => message.message_id)).toEqual([1, 7]);
    expect(state.messages[1]).toMatchObject({ siblings: [5, 7], content: "" });
  });

  it("give the old answer back when they are refused", () => {
    const state = fold(loaded, [
      { type: "rerun", client_id: "c", message_id: 5, keep: false, model_id: null, at: 0 },
      { type: "error", error: "No.", code: "throttled", retryable: true, action: "regenerate", client_id: "c" },
    ]);
    expect(state.messages).toEqual(loaded.messages);
  });

  it("go on from the kept text without doubling it", () => {
    const events: ChatEvent[] = [
      { type: "rerun", client_id: "c", message_id: 5, keep: true, model_id: null, at: 0 },
      start(0, { client_id: "c", message_id: 7 }),
    ];
    expect(fold(loaded, events).messages[1]!.content).toBe("Half an");
    const state = fold(loaded, [
      ...events,
      { type: "delta", content: "Half an", offset: 7, generation_id: "g" },
      { type: "delta", content: " answer", offset: 14, generation_id: "g" },
    ]);
    expect(state.messages[1]!.content).toBe("Half an answer");
  });

  it("replace the question and all that followed", () => {
    const state = fold(loaded, [
      { type: "edited", client_id: "c", message_id: 1, message: "Hello", model_id: null, at: 0 },
      start(0, { client_id: "c", user_message_id: 8, message_id: 9 }),
    ]);
    expect(state.messages.map(({ message_id, content }) => [message_id, content])).toEqual([[8, "Hello"], [9, ""]]);
    expect(state.messages[0]!.siblings).toEqual([1, 8]);
  });
});

describe("a conversation that is fetched while an action is on its way", () => {
  const stored = [
    storedMessage({ message_id: 1, role: "user", content: "Hi" }),
    storedMessage({ message_id: 5, content: "Half an", status: "stopped", parent_id: 1 }),
  ];
  const answer = storedMessage({ message_id: 7, status: "running", generation_id: "g", parent_id: 1, content: "Half an" });
  const rerun: ChatEvent = { type: "rerun", client_id: "c", message_id: 5, keep: true, model_id: null, at: 0 };
  const waiting = fold(applyEvent(EMPTY, { type: "loaded", detail: detail(stored) }), [rerun]);

  it("does not bring back what the action replaces", () => {
    const state = applyEvent(waiting, { type: "loaded", detail: detail(stored) });
    expect(state.messages.map(({ content, status }) => [content, status])).toEqual([["Hi", "completed"], ["Half an", "queued"]]);
    const refusal: ChatEvent = { type: "error", error: "No.", code: "throttled", retryable: true, action: "continue", client_id: "c" };
    expect(applyEvent(state, refusal).messages.map(({ message_id }) => message_id)).toEqual([1, 5]);
  });

  it("shows the answer once when it was stored before its start came", () => {
    const state = fold(waiting, [
      { type: "loaded", detail: detail([stored[0]!, answer]) },
      start(0, { client_id: "c", message_id: 7 }),
    ]);
    expect(state.messages.map(({ message_id, client_id }) => [message_id, client_id])).toEqual([[1, null], [7, null]]);
  });
});

describe("a fetched conversation", () => {
  const running = (content: string, offset: number) =>
    detail([
      storedMessage({ message_id: 1, role: "user", content: "Hi" }),
      storedMessage({ message_id: 2, content, offset, status: "running", generation_id: "g", finish_reason: null }),
    ]);

  it("goes on from its offset", () => {
    const state = fold(applyEvent(EMPTY, { type: "loaded", detail: running("Hel", 3) }), [
      start(3), { type: "delta", content: "lo", offset: 5, generation_id: "g" },
    ]);
    expect(state.messages[1]!.content).toBe("Hello");
  });

  it("never takes back what was already streamed further", () => {
    const ahead = fold(applyEvent(EMPTY, { type: "loaded", detail: running("Hel", 3) }), [
      { type: "delta", content: "lo", offset: 5, generation_id: "g" },
    ]);
    expect(applyEvent(ahead, { type: "loaded", detail: running("Hell", 4) }).messages[1]!.content).toBe("Hello");
  });

  it("puts earlier messages before, each once", () => {
    const state = applyEvent(EMPTY, { type: "loaded", detail: detail([storedMessage({ message_id: 3 })], 3) });
    const more = applyEvent(state, { type: "older", detail: detail([storedMessage({ message_id: 2 }), storedMessage({ message_id: 3 })]) });
    expect(more.messages.map((message) => message.message_id)).toEqual([2, 3]);
    expect(more.next).toBeNull();
  });

  it("leaves other conversations untouched", () => {
    const state = asked();
    expect(applyEvent(state, { type: "delta", content: "x", offset: 1, generation_id: "elsewhere" })).toBe(state);
    expect(applyEvent(state, { type: "pong" })).toBe(state);
  });
});
