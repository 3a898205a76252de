import { createPinia, setActivePinia } from "pinia";
import { mount } from "@vue/test-utils";
import { describe, expect, it, vi } from "vitest";

import UserMessage from "@/components/chat/UserMessage.vue";
import { i18n, loadLocale } from "@/i18n";
import { beginningOf } from "@/lib/beginning";
import { router } from "@/router";
import type { ChatMessage } from "@/chat/types";

vi.mock("@/components/message", () => ({ MessageActions: () => null, MessageEdit: () => null }));

describe("the beginning of a long text", () => {
  it("is asked for only of a long one", () => {
    expect(beginningOf("short")).toBeNull();
    expect(beginningOf("x".repeat(2400))).toBeNull();
    expect(beginningOf(Array.from({ length: 30 }, () => "line").join("\n"))).toBeNull();
  });

  it("is twenty lines", () => {
    expect(beginningOf(Array.from({ length: 1000 }, (_, at) => `line ${at}`).join("\n"))!.split("\n").at(-1)).toBe("line 19");
  });

  it("ends with a word, and with a whole character where there are no words", () => {
    expect(beginningOf("word ".repeat(20_000))).toMatch(/word$/);
    expect(beginningOf("字".repeat(100_000))!.length).toBe(1600);
    expect(() => encodeURIComponent(beginningOf(`x${"😀".repeat(50_000)}`)!)).not.toThrow();
  });
});

it("a long message of one's own is folded until it is asked for", async () => {
  Element.prototype.scrollIntoView = vi.fn();
  setActivePinia(createPinia());
  await loadLocale("en");
  const content = "word ".repeat(20_000).trim();
  const message = { key: "k", role: "user", message_id: 1, content, attachments: [], client_id: null } as unknown as ChatMessage;
  const view = mount(UserMessage, { props: { message }, global: { plugins: [i18n, router] } });
  expect(view.find(".bubble").text().length).toBeLessThan(1700);
  await vi.waitFor(() => expect(view.find("[data-test=text-fold]").text()).toBe("Show all"));
  await view.find("[data-test=text-fold]").trigger("click");
  expect(view.find(".bubble > div").text()).toBe(content);
  expect(view.find("[data-test=text-fold]").attributes("aria-expanded")).toBe("true");
  await view.find("[data-test=text-fold]").trigger("click");
  window.dispatchEvent(new Event("beforeprint"));
  await vi.waitFor(() => expect(view.find(".bubble > div").text()).toBe(content));
});
