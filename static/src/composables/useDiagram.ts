/** Asks the sandboxed frame to draw, in the colours of the page, and gives it so much time and no more. */
import { computed, nextTick, onBeforeUnmount, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from "vue";

import { useDark } from "@/composables/useDark";
import { resolveColours } from "@/lib/colours";
import type { ToFrame } from "@/lib/frame";

/** In milliseconds: until the frame has fetched what it draws with; until it has drawn. */
const FETCH = 30_000;
const DRAW = 8_000;
const HIGHEST = 4000;

export type DiagramState = "loading" | "drawing" | "drawn" | "wrong" | "slow" | "away";

/** `near`: the frame is there, and fetches. Before, no time runs: a reader may come to the diagram long after its message. */
export function useDiagram(source: () => string, near: Ref<boolean>, zoom: () => number | undefined = () => undefined): {
  state: Ref<DiagramState>;
  height: Ref<number>;
  message: ComputedRef<ToFrame>;
  colours: ShallowRef<Record<string, string>>;
  onReady: () => void;
  onSize: (value: number) => void;
  onFailed: () => void;
} {
  const state = ref<DiagramState>("loading");
  const height = ref(0);
  const dark = useDark();
  const colours = shallowRef(themeColours());
  const message = computed<ToFrame>(() => ({ type: "draw", source: source(), dark: dark.value, colours: colours.value, zoom: zoom() }));
  let timer = 0;

  function wait(ms: number, otherwise: DiagramState): void {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (state.value = otherwise), ms);
  }

  function onReady(): void {
    state.value = "drawing";
    wait(DRAW, "slow");
  }

  function onSize(value: number): void {
    window.clearTimeout(timer);
    height.value = Math.min(HIGHEST, value);
    state.value = "drawn";
  }

  function onFailed(): void {
    window.clearTimeout(timer);
    state.value = "wrong";
  }

  watch(near, (is) => is && state.value === "loading" && wait(FETCH, "away"), { immediate: true });
  // The page's colours have changed when the attribute on its root has, after this tick.
  watch(dark, () => void nextTick(() => (colours.value = themeColours())));
  onBeforeUnmount(() => window.clearTimeout(timer));
  return { state, height, message, colours, onReady, onSize, onFailed };
}

function themeColours(): Record<string, string> {
  const { bg, soft, bubble, line, text, text2, accent, accentSoft, onAccent } = resolveColours({
    bg: "--bg", soft: "--bg-soft", bubble: "--bubble", line: "--line-strong", text: "--text", text2: "--text-2", accent: "--accent",
    accentSoft: "--accent-soft", onAccent: "--on-accent",
  });
  return {
    background: bg!, primaryColor: accentSoft!, primaryTextColor: text!, primaryBorderColor: accent!, secondaryColor: bubble!,
    secondaryTextColor: text!, secondaryBorderColor: line!, tertiaryColor: soft!, tertiaryTextColor: text!, tertiaryBorderColor: line!,
    lineColor: text2!, textColor: text!, mainBkg: accentSoft!, nodeBorder: accent!, clusterBkg: soft!, clusterBorder: line!,
    titleColor: text!, edgeLabelBackground: bg!, noteBkgColor: bubble!, noteTextColor: text!, noteBorderColor: line!,
    actorBkg: accentSoft!, actorBorder: accent!, actorTextColor: text!, actorLineColor: line!, signalColor: text2!, signalTextColor: text!,
    labelBoxBkgColor: soft!, labelBoxBorderColor: line!, labelTextColor: text!, loopTextColor: text!, activationBkgColor: bubble!,
    activationBorderColor: line!, sequenceNumberColor: onAccent!, pieTitleTextColor: text!, pieSectionTextColor: text!, pieLegendTextColor: text!,
    pieStrokeColor: bg!, pieOuterStrokeColor: line!, taskTextColor: text!, taskTextDarkColor: text!, taskTextOutsideColor: text!, sectionBkgColor: soft!,
    altSectionBkgColor: bg!, gridColor: line!, todayLineColor: accent!, classText: text!, labelColor: text!, fontSize: "14px",
  };
}
