import { describe, expect, it } from "vitest";

import { branchOf, characters, columnsOf } from "@/chat/messages";
import { applyEvent, EMPTY, fold } from "@/chat/reducer";
import type { ChatEvent, ChatState } from "@/chat/types";
import type { Message, ServerEvent } from "@/types/api";

import { detail, storedMessage } from "./helpers";

const question = storedMessage({ message_id: 1, role: "user", content: "Which?" });
const first = storedMessage({ message_id: 2, content: "One", parent_id: 1, generation_id: "g2", offset: 3 });
const later = [
  storedMessage({ message_id: 3, role: "user", content: "And?", parent_id: 2 }),
  storedMessage({ message_id: 4, content: "So.", parent_id: 3 }),
];

const loaded = (messages: Message[], next: number | null = null): ChatState => applyEvent(EMPTY, { type: "loaded", detail: detail(messages, next) });
const rerun = (message_id: number, fields: object = {}): ChatEvent => ({
  type: "rerun", client_id: "c", message_id, keep: false, model_id: "other", at: 0, ...fields,
});
const start = (message_id: number, fields: object = {}): ServerEvent => ({
  type: "start", session_id: "s1", message_id, user_message_id: 1, generation_id: `g${message_id}`, model_id: "other", offset: 0, client_id: "c", ...fields,
});
const delta = (id: number, content: string, offset = characters(content)): ServerEvent => ({ type: "delta", content, offset, generation_id: `g${id}` });
const done = (id: number, offset: number): ServerEvent => ({
  type: "done", done: true, session_id: "s1", message_id: id, generation_id: `g${id}`, finish_reason: "stop", usage: null, offset,
});
const refusal: ChatEvent = { type: "error", error: "No.", code: "too_many_runs", retryable: true, action: "regenerate", client_id: "c" };
const ids = (messages: readonly { message_id: number }[]): number[] => messages.map(({ message_id }) => message_id);
const shown = (state: ChatState): [number[], number[]] => {
  const branch = branchOf(state);
  return [ids(branch), ids(columnsOf(state, branch.at(-1)))];
};

describe("two answers side by side", () => {
  const both = fold(loaded([question, { ...first, status: "running", offset: 0, content: "" }]), [rerun(2, { beside: true }), start(5)]);

  it("grow at once, each its own", () => {
    const state = fold(both, [delta(2, "O😀"), delta(5, "T"), delta(2, "ne", 4), delta(5, "wo", 3), done(5, 3), done(2, 4)]);
    expect(shown(state)).toEqual([[1, 2], [5]]);
    expect(state.messages.slice(1).map(({ content, status, beside, siblings }) => [content, status, beside, siblings])).toEqual([
      ["O😀ne", "completed", null, [2, 5]], ["Two", "completed", 2, [2, 5]],
    ]);
  });

  it("are what a reload shows", () => {
    const stored = [question, { ...first, siblings: [2, 5] }, storedMessage({ message_id: 5, parent_id: 1, beside: 2, siblings: [2, 5], content: "Two", generation_id: "g5" })];
    const folded = fold(both, [delta(2, "One"), delta(5, "Two"), done(2, 3), done(5, 3)]);
    const fetched = loaded(stored);
    expect(shown(fetched)).toEqual(shown(folded));
    const facts = (state: ChatState): unknown[] => state.messages.map(({ message_id, parent_id, content, status, beside, siblings }) => ({ message_id, parent_id, content, status, beside, siblings }));
    expect(facts(folded).slice(1)).toEqual(facts(fetched).slice(1));
  });

  it("hide what had followed, until the second is refused", () => {
    const before = loaded([question, first, ...later]);
    const asked = applyEvent(before, rerun(2, { beside: true }));
    expect(shown(asked)).toEqual([[1, 2], [-2]]);
    expect(applyEvent(asked, refusal).messages).toEqual(before.messages);
  });

  it("are written anew in their place, and come back there when that is refused", () => {
    for (const [id, waiting, final] of [[2, [[1, -2], [5]], [[1, 9], [5]]], [5, [[1, 2], [-2]], [[1, 2], [9]]]] as const) {
      const asked = applyEvent(both, rerun(id));
      expect(shown(asked)).toEqual(waiting);
      expect(shown(applyEvent(asked, refusal))).toEqual([[1, 2], [5]]);
      const begun = applyEvent(asked, start(9));
      expect(shown(begun)).toEqual(final);
      const [, primary, column] = [...branchOf(begun), ...columnsOf(begun, branchOf(begun).at(-1))];
      expect(column!.beside).toBe(primary!.message_id);
    }
  });

  it("stand back as soon as the conversation goes on", () => {
    const state = applyEvent(both, { type: "sent", client_id: "d", message: "Go on", model_id: null, at: 0 });
    expect(shown(state)).toEqual([[1, 2, -1, -2], []]);
    expect(shown(applyEvent(state, { type: "discarded", client_id: "d" }))).toEqual([[1, 2], [5]]);
  });

  it("begin with a question whose first answer has just begun", () => {
    const asked = applyEvent(EMPTY, { type: "sent", client_id: "q", message: "Which?", model_id: "m", at: 0 });
    const state = fold(asked, [start(2, { client_id: "q" }), rerun(2, { beside: true }), start(5), delta(5, "Two"), delta(2, "One")]);
    expect(shown(state)).toEqual([[1, 2], [5]]);
    expect(state.messages.map(({ content }) => content)).toEqual(["Which?", "One", "Two"]);
  });

  describe("of one message", () => {
    const ask = (client_id = "c"): ChatEvent => ({ type: "sent", client_id, message: "Which?", model_id: "m", beside_model_id: "other", at: 0 });
    const asked = applyEvent(EMPTY, ask());
    const stored = [question, { ...first, siblings: [2, 5] }, storedMessage({ message_id: 5, parent_id: 1, beside: 2, siblings: [2, 5], generation_id: "g5" })];

    it("stand there at once, and each learns its ids from its own start", () => {
      expect([shown(asked), new Set(asked.messages.map(({ key }) => key)).size]).toEqual([[[-1, -2], [-3]], 3]);
      const begun = fold(asked, [start(2), start(5, { beside: 2 }), delta(5, "Two"), delta(2, "One")]);
      expect(shown(begun)).toEqual([[1, 2], [5]]);
      expect(begun.messages.map(({ key }) => key)).toEqual(asked.messages.map(({ key }) => key));
      expect(begun.messages.slice(1).map(({ content, beside, siblings }) => [content, beside, siblings])).toEqual([["One", null, [2, 5]], ["Two", 2, [2, 5]]]);
    });

    it("are both there when the connection was lost between their starts", () => {
      const half = applyEvent(asked, start(2));
      expect(shown(half)).toEqual([[1, 2], [-3]]);
      const fetched = applyEvent(half, { type: "loaded", detail: detail(stored) });
      expect([shown(fetched), fetched.messages.length]).toEqual([[[1, 2], [5]], 3]);
      expect(shown(applyEvent(fetched, start(5, { beside: 2 })))).toEqual([[1, 2], [5]]);
    });

    it("are no more than two when they were fetched before their starts", () => {
      const fetched = fold(asked, [{ type: "loaded", detail: detail(stored) }, start(2), start(5, { beside: 2 })]);
      expect([shown(fetched), fetched.messages.length]).toEqual([[[1, 2], [5]], 3]);
    });

    it("are refused and taken back together", () => {
      const refused = applyEvent(asked, { ...refusal, action: "send" } as ChatEvent);
      expect(refused.messages.map(({ status }) => status)).toEqual(["completed", "failed", "failed"]);
      expect(applyEvent(refused, { type: "discarded", client_id: "c" }).messages).toEqual([]);
    });

    it("are not mixed up with those of another question that waits", () => {
      const two = applyEvent(asked, ask("d"));
      expect(columnsOf(two, branchOf(two).at(-1)).map(({ client_id }) => client_id)).toEqual(["d"]);
    });
  });

  it("keep the columns of a conversation that is fetched while one is asked for", () => {
    const asked = applyEvent(loaded([question, first]), rerun(2, { beside: true }));
    expect(shown(applyEvent(asked, { type: "loaded", detail: detail([question, first]) }))).toEqual([[1, 2], [-2]]);
  });
});

describe("while another answer is written", () => {
  it("an older one is written anew, and the other goes on unseen", () => {
    const running = loaded([question, first, later[0]!, { ...later[1]!, status: "running", content: "So", offset: 2, generation_id: "g4" }]);
    const state = fold(running, [rerun(2), start(7), delta(4, ".", 3), delta(7, "New")]);
    expect(state.messages.map(({ content }) => content)).toEqual(["Which?", "New"]);
    const back = fold(running, [rerun(2), delta(4, ".", 3), refusal, delta(4, "!", 4)]);
    // What came while it was hidden is a hole, which is fetched.
    expect(back.gap).toBe("g4");
  });

  it("two requests find their answers by their ids", () => {
    const state = fold(loaded([question, first]), [
      rerun(2, { beside: true, client_id: "a" }), rerun(2, { client_id: "b" }), start(8, { client_id: "b" }), start(7, { client_id: "a" }), delta(7, "seven"), delta(8, "eight"),
    ]);
    expect(state.messages.slice(1).map(({ message_id, content }) => [message_id, content])).toEqual([[8, "eight"], [7, "seven"]]);
  });
});

describe("a question without an answer", () => {
  it("gets one below it", () => {
    const state = fold(loaded([question]), [rerun(1), start(6), delta(6, "Yes")]);
    expect(state.messages.map(({ message_id, parent_id, content }) => [message_id, parent_id, content])).toEqual([[1, null, "Which?"], [6, 1, "Yes"]]);
    expect(applyEvent(applyEvent(loaded([question]), rerun(1)), refusal).messages).toEqual(loaded([question]).messages);
  });
});

describe("a deleted message", () => {
  const state = loaded([question, first, ...later]);

  it("goes alone, a question with its answers, and comes back", () => {
    expect(shown(applyEvent(state, { type: "removed", message_id: 2 }))[0]).toEqual([1, 3, 4]);
    const gone = applyEvent(state, { type: "removed", message_id: 3 });
    expect(shown(gone)[0]).toEqual([1, 2]);
    expect(branchOf(applyEvent(gone, { type: "kept", message_id: 3 }))).toEqual(state.messages);
  });

  it("stays away when the conversation is fetched before the server knows", () => {
    const gone = applyEvent(state, { type: "removed", message_id: 1 });
    expect(shown(applyEvent(gone, { type: "loaded", detail: detail([question, first, ...later]) }))[0]).toEqual([3, 4]);
  });
});

describe("what was fetched", () => {
  it("leaves the earlier pages where they are, when it goes on from them", () => {
    const state = applyEvent(loaded(later, 3), { type: "older", detail: detail([question, first]) });
    const again = applyEvent(state, { type: "loaded", detail: detail(later, 3) });
    expect([ids(again.messages), again.next]).toEqual([[1, 2, 3, 4], null]);
    const elsewhere = applyEvent(state, { type: "loaded", detail: detail([{ ...later[0]!, parent_id: 99 }], 3) });
    expect([ids(elsewhere.messages), elsewhere.next]).toEqual([[3], 3]);
  });
});

describe("the end of an answer", () => {
  it("tells how it was served", () => {
    const served = { provider: "P", first_token_ms: 12, duration_ms: 340, cost: "0.0012", currency: "USD" };
    const state = fold(loaded([question, { ...first, status: "running" }]), [{ ...done(2, 3), ...served } as ServerEvent]);
    expect(state.messages[1]).toMatchObject(served);
  });

  it("keeps a rating", () => {
    const said = { rating: -1, rating_reason: "length", rating_comment: null };
    expect(applyEvent(loaded([question, first]), { type: "rated", message_id: 2, ...said }).messages[1]).toMatchObject(said);
  });
});
