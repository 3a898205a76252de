/** What is known of how an answer was made, in words: rows for the dialog, and a text to copy. */
import { computed, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";

import type { ChatMessage } from "@/chat/types";
import { fullTime } from "@/lib/time";
import { useModels } from "@/stores/models";

export interface Fact {
  name: string;
  label: string;
  value: string;
}

/** Over less time a speed says nothing. */
const LEAST_MS = 50;

/** Tokens per second from the first token on; null when there is too little to say so. Pure. */
export function speedOf({ completion_tokens: tokens, duration_ms: all, first_token_ms: first }: Pick<ChatMessage, "completion_tokens" | "duration_ms" | "first_token_ms">): number | null {
  const ms = all === null ? 0 : all - (first ?? 0);
  return tokens && tokens > 1 && ms >= LEAST_MS ? (tokens * 1000) / ms : null;
}

export function useAnswerFacts(message: () => ChatMessage | undefined): { facts: ComputedRef<Fact[]>; text: ComputedRef<string> } {
  const { t, te, n, locale } = useI18n();
  const models = useModels();
  const number = (value: number, digits = 0): string => n(value, { maximumFractionDigits: digits });

  function time(ms: number | null): string {
    if (ms === null) return t("message.facts.unknown");
    return ms < 1000 ? t("message.facts.ms", { n: number(ms) }) : t("message.facts.seconds", { n: number(ms / 1000, ms < 10_000 ? 2 : 1) });
  }

  /** Small sums keep the digits that say something. */
  function money({ cost, currency }: ChatMessage): string {
    if (cost === null) return t("message.facts.free");
    const value = Number(cost);
    return `${n(value, value >= 1 ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : { maximumSignificantDigits: 3 })} ${currency ?? ""}`.trim();
  }

  function end(reason: string | null): string {
    const known = ["stop", "length", "content_filter", "stopped", "error", "interrupted", "tool_calls"];
    return reason && known.includes(reason) ? t(`message.facts.finish.${reason}`) : (reason ?? t("message.facts.unknown"));
  }

  /** Who was asked, told to administrators; a single one without a name for its key has nothing to add. */
  function tries({ attempts = [] }: ChatMessage): Fact[] {
    if (attempts.length < 2 && !attempts[0]?.key) return [];
    return attempts.map(({ provider, key, code, ms }, place) => {
      const who = key ? `${provider} (${key})` : provider;
      const what = te(`message.facts.tries.${code}`) ? t(`message.facts.tries.${code}`) : code;
      return { name: `asked${place + 1}`, label: t("message.facts.asked", { n: place + 1 }), value: t(ms ? "message.facts.tryTimed" : "message.facts.try", { who, what, time: time(ms) }) };
    });
  }

  const facts = computed(() => {
    const it = message();
    if (!it) return [];
    const name = models.nameOf(it.model_id);
    const tokens = (value: number | null): string => (value === null ? t("message.facts.unknown") : number(value));
    const speed = speedOf(it);
    const rows: [string, string][] = [
      ["model", name && name !== it.model_id ? `${name} (${it.model_id})` : (it.model_id ?? t("message.facts.unknown"))],
      ["provider", it.provider ?? t("message.facts.unknown")],
      ["time", fullTime(it.create_time, locale.value)],
      ["firstToken", time(it.first_token_ms)],
      ["duration", time(it.duration_ms)],
      ["speed", speed === null ? t("message.facts.unknown") : t("message.facts.perSecond", { n: number(speed, speed < 10 ? 1 : 0) })],
      ["promptTokens", tokens(it.prompt_tokens)],
      ["completionTokens", tokens(it.completion_tokens)],
      ["cost", money(it)],
      ["end", end(it.finish_reason || null)],
      ["generation", it.generation_id ?? t("message.facts.unknown")],
    ];
    return [...rows.map(([key, value]) => ({ name: key, label: t(`message.facts.${key}`), value })), ...tries(it)];
  });
  const text = computed(() => facts.value.map(({ label, value }) => `${label}: ${value}`).join("\n"));

  return { facts, text };
}
