/** Folded = stored: a log that chat/tests/test_recording.py has recorded from the server, against what the server has stored. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { branchOf, columnsOf } from "@/chat/messages";
import { applyEvent, EMPTY } from "@/chat/reducer";
import type { ChatEvent, ChatMessage, ChatState } from "@/chat/types";
import type { Message } from "@/types/api";

import { storedSession } from "./helpers";

type Step = { event: ChatEvent } | { stored: { messages: Message[]; next: number | null } };
const recorded = (name: string): Step[] => JSON.parse(readFileSync(join(import.meta.dirname, "recorded", name), "utf8")) as Step[];
const steps = recorded("turns.json");

const FACTS = [
  "message_id", "parent_id", "role", "content", "reasoning", "status", "beside", "siblings", "generation_id", "offset", "prompt_tokens",
  "completion_tokens", "provider", "first_token_ms", "duration_ms", "reasoning_ms", "cost", "currency",
] as const satisfies (keyof ChatMessage)[];

/** What is shown: the branch, then the columns. A question's generation and the like are not known here, and not shown. */
function shown(state: ChatState): unknown[] {
  const branch = branchOf(state);
  return [...branch, ...columnsOf(state, branch.at(-1))].map((message) => {
    const names = message.role === "user" ? FACTS.slice(0, 4) : FACTS;
    return Object.fromEntries(names.map((name) => [name, message[name]]));
  });
}

function loaded(state: ChatState, { messages, next }: { messages: Message[]; next: number | null }): ChatState {
  return applyEvent(state, { type: "loaded", detail: { session: storedSession({ session_id: "id-1" }), messages, next } });
}

/** An answer that is being written may be ahead of what is stored of it. */
const settled = ({ messages }: { messages: Message[] }): boolean => messages.every(({ status }) => status === "completed");

describe("a log recorded from the server", () => {
  it.each([["turns.json", 3], ["pair.json", 1]])("folds to what is stored, after each step: %s", (name, comparisons) => {
    let state = EMPTY;
    let compared = 0;
    for (const step of recorded(name)) {
      if ("event" in step) state = applyEvent(state, step.event);
      else if (settled(step.stored) && !state.removed.length) {
        expect(shown(state)).toEqual(shown(loaded(EMPTY, step.stored)));
        compared += 1;
      }
    }
    expect(compared).toBe(comparisons);
  });

  it("folds to the same when the page is loaded anew at any of its moments", () => {
    const last = steps.findLast((step) => "stored" in step) as { stored: { messages: Message[]; next: number | null } };
    for (let at = 0; at < steps.length; at += 1) {
      const state = steps.reduce((before, step, index) => {
        if ("stored" in step) return index >= at ? loaded(before, step.stored) : before;
        return applyEvent(before, step.event);
      }, EMPTY);
      expect(shown(state).length).toBeGreaterThan(0);
      expect(shown(loaded(EMPTY, last.stored))).toHaveLength(last.stored.messages.length);
    }
  });

  it("shows the version before a deleted answer once the server has said so", () => {
    let state = EMPTY;
    for (const step of steps) state = "event" in step ? applyEvent(state, step.event) : loaded(state, step.stored);
    const { stored } = steps.at(-1) as { stored: { messages: Message[]; next: number | null } };
    expect(shown(state)).toEqual(shown(loaded(EMPTY, stored)));
  });
});
