/** An answer while it is written: said to a screen reader by the sentence, its seconds counted. */
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick, ref, type VNodeChild } from "vue";

import { useAnnouncer } from "@/composables/useAnnouncer";
import { useElapsed } from "@/composables/useElapsed";
import { loadLocale } from "@/i18n";
import { useConversation } from "@/stores/conversation";
import type { Message } from "@/types/api";

import { detail, storedMessage } from "../helpers";
import { hosted } from "../host";

beforeEach(async () => {
  setActivePinia(createPinia());
  await loadLocale("en");
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("the announcer", () => {
  const EVERY = 2000;
  const question = storedMessage({ message_id: 1, role: "user", content: "Why?" });
  const answer = (content: string, fields: Partial<Message> = {}): Message =>
    storedMessage({ message_id: 2, parent_id: 1, status: "running", generation_id: "g", content, ...fields });

  async function show(...messages: Message[]): Promise<void> {
    useConversation().apply({ type: "loaded", detail: detail([question, ...messages]) });
    await nextTick();
  }

  /** As a screen reader has it: all that was ever put into the live region, and the status as it is rendered. */
  async function begin(...messages: Message[]): Promise<{ heard: string[]; status: () => string; unmount: () => void }> {
    useConversation().key = "s1";
    await show(...messages);
    const heard: string[] = [];
    let last = 0;
    const listen = ({ spoken, state }: ReturnType<typeof useAnnouncer>): VNodeChild => {
      for (const line of spoken.value) if (line.id > last) heard.push((last = line.id, line.text));
      return state.value;
    };
    const { wrapper, unmount } = hosted(useAnnouncer, listen);
    return { heard, status: () => wrapper.text(), unmount };
  }

  it("says all of an answer whose first words came with the conversation itself", async () => {
    useConversation().born = "s1";
    const { heard } = await begin(answer("One. Two. Thr"));
    await vi.advanceTimersByTimeAsync(EVERY);
    expect(heard.join(" ")).toBe("One. Two.");
  });

  it("says whole sentences, at most once in two seconds, and the rest at the end", async () => {
    const { heard, status } = await begin(answer(""));
    expect(status()).toBe("The answer is being written");
    await show(answer("One. Two"));
    await vi.advanceTimersByTimeAsync(EVERY - 1);
    expect(heard).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(heard).toEqual(["One."]);
    await show(answer("One. **Two**. Three"));
    await vi.advanceTimersByTimeAsync(EVERY);
    expect(heard).toEqual(["One.", "Two."]);
    await show(answer("One. **Two**. Three", { status: "completed" }));
    expect(heard).toEqual(["One.", "Two.", "Three"]);
    await nextTick();
    expect(status()).toBe("The answer is complete");
    await vi.advanceTimersByTimeAsync(5 * EVERY);
    expect(heard).toHaveLength(3);
  });

  it("says nothing of what was there before, nor of the half that somebody came too late for", async () => {
    const { heard, status } = await begin(answer("Long ago. ", { status: "completed" }));
    await vi.advanceTimersByTimeAsync(EVERY);
    expect([heard, status()]).toEqual([[], ""]);
    await show(answer("Long ago. ", { status: "completed" }), answer("Missed. ", { message_id: 4, seq: 2 }));
    await show(answer("Long ago. ", { status: "completed" }), answer("Missed. Heard. ", { message_id: 4, seq: 2 }));
    await vi.advanceTimersByTimeAsync(EVERY);
    expect(heard).toEqual(["Heard."]);
  });

  it("says the end of an answer also when the next one has begun by then", async () => {
    const { heard } = await begin(answer(""));
    await show(answer("Only a word", { status: "completed" }), answer("", { message_id: 4, seq: 2, generation_id: "h" }));
    expect(heard).toEqual(["Only a word"]);
    await show(answer("Only a word", { status: "completed" }), answer("Next. ", { message_id: 4, seq: 2, generation_id: "h" }));
    await vi.advanceTimersByTimeAsync(EVERY);
    expect(heard).toEqual(["Only a word", "Next."]);
  });

  it("calls nothing complete that broke off, and is quiet in another conversation", async () => {
    const { heard, status } = await begin(answer(""));
    await show(answer("Half", { status: "failed" }));
    await nextTick();
    expect([heard, status()]).toEqual([["Half"], ""]);
    await show(answer(""));
    await show(answer("All", { status: "completed" }));
    await nextTick();
    expect(status()).toBe("The answer is complete");
    useConversation().openNew();
    await nextTick();
    await nextTick();
    expect(status()).toBe("");
    useConversation().key = "s1";
    await show(answer(""));
    useConversation().openNew();
    await nextTick();
    await nextTick();
    expect([heard.length, status()]).toEqual([2, ""]);
  });

  it("leaves no timer behind", async () => {
    const before = vi.getTimerCount();
    const { unmount } = await begin(answer(""));
    expect(vi.getTimerCount()).toBeGreaterThan(before);
    unmount();
    expect(vi.getTimerCount()).toBe(before);
  });
});

describe("the time that has passed", () => {
  it("is counted from a moment, and stands still when there is none any more", async () => {
    vi.setSystemTime(100_000);
    const from = ref<number | null>(null);
    const { made: elapsed, unmount } = hosted(() => useElapsed(() => from.value));
    await vi.advanceTimersByTimeAsync(1000);
    expect(elapsed.value).toBe(0);
    from.value = 99_000;
    await nextTick();
    expect(elapsed.value).toBe(2000);
    await vi.advanceTimersByTimeAsync(400);
    expect(elapsed.value).toBe(2400);
    from.value = null;
    await nextTick();
    await vi.advanceTimersByTimeAsync(5000);
    expect(elapsed.value).toBe(2400);
    from.value = Date.now();
    await nextTick();
    expect([elapsed.value, vi.getTimerCount()]).toEqual([0, 1]);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });
});
