/**
 * The page that aihelper/tests/e2e/speed/bench.py drives. `bench.ours` streams an answer through the parts of the chat page
 * that a streamed answer goes through: frame queue, reducer, store, list, markdown. `bench.naive` draws it whole each time.
 */
import { createPinia } from "pinia";
import { createApp, h, nextTick, ref, type App } from "vue";

import "@/styles/tokens.css";
import "@/styles/base.css";
import "@/styles/markdown.css";
import "./bench.css";
import MessageList from "@/components/chat/MessageList.vue";
import { loadMarkdown } from "@/composables/useMarkdown";
import { i18n, loadLocale } from "@/i18n";
import { router } from "@/router";
import { useConversation } from "@/stores/conversation";
import NaiveAnswer from "./NaiveAnswer.vue";
import { KINDS } from "./texts";

interface Frames {
  /** How many animation frames came, and how many should have come but did not. */
  frames: number;
  dropped: number;
}

const FRAME = 1000 / 60;
const GENERATION = "g";
const frame = (): Promise<number> => new Promise(requestAnimationFrame);

async function paced(pieces: number, piece: (index: number) => void): Promise<Frames> {
  let dropped = 0;
  let last = await frame();
  for (let index = 0; index < pieces; index += 1) {
    piece(index);
    const now = await frame();
    dropped += Math.max(0, Math.round((now - last) / FRAME) - 1);
    last = now;
  }
  return { frames: pieces, dropped };
}

function put(app: App): App {
  const place = document.createElement("div");
  place.className = "chat";
  document.getElementById("app")!.replaceChildren(place);
  app.mount(place);
  return app;
}

let shown: App | null = null;

/** Takes away what was measured before: that is not what the next one costs. */
function clear(): void {
  shown?.unmount();
  shown = null;
}

/** `perFrame` tokens at every animation frame, each as a frame of the socket. */
async function ours(kind: string, tokens: number, perFrame: number): Promise<Frames> {
  const text = KINDS[kind]!(tokens);
  clear();
  const pinia = createPinia();
  const app = createApp(MessageList).use(pinia).use(i18n).use(router);
  const conversation = useConversation(pinia);
  const ids = { session_id: "s", message_id: 2, user_message_id: 1, generation_id: GENERATION, client_id: "c" };
  conversation.apply({ type: "sent", client_id: "c", message: "Tell me.", model_id: null, at: Date.now() });
  shown = put(app);
  conversation.receive({ type: "start", ...ids, model_id: "m", offset: 0 });
  await frame();
  await frame();
  const size = text.length / tokens;
  let sent = 0;
  const characters = [...text];
  const result = await paced(Math.ceil(tokens / perFrame), (index) => {
    for (let token = 0; token < perFrame && sent < characters.length; token += 1) {
      const content = characters.slice(sent, sent + size).join("");
      sent += size;
      conversation.receive({ type: "delta", generation_id: GENERATION, content, offset: Math.min(sent, characters.length) });
    }
    void index;
  });
  // To its end: what the page puts off is a part of what it costs.
  while ((conversation.messages.at(-1)?.content.length ?? 0) < text.length) await frame();
  await frame();
  return result;
}

/** A conversation with this answer in it, written long ago, is opened and read to its end. */
async function opened(kind: string, tokens: number): Promise<Frames> {
  const text = KINDS[kind]!(tokens);
  clear();
  const pinia = createPinia();
  const app = createApp(MessageList).use(pinia).use(i18n).use(router);
  const conversation = useConversation(pinia);
  const ids = { session_id: "s", message_id: 2, user_message_id: 1, generation_id: GENERATION, client_id: "c" };
  conversation.apply({ type: "sent", client_id: "c", message: "Tell me.", model_id: null, at: Date.now() });
  for (const event of [
    { type: "start", ...ids, model_id: "m", offset: 0 },
    { type: "delta", generation_id: GENERATION, content: text, offset: [...text].length },
    { type: "done", done: true, ...ids, finish_reason: "stop" },
  ]) conversation.apply({ ...event, at: Date.now() } as never);
  await frame();
  shown = put(app);
  return paced(60, () => undefined);
}

/** The same text drawn whole: at `samples` of the frames that `ours` has, evenly spread. */
async function naive(kind: string, tokens: number, perFrame: number, samples: number): Promise<Frames> {
  const text = KINDS[kind]!(tokens);
  const frames = Math.ceil(tokens / perFrame);
  const source = ref("");
  clear();
  shown = put(createApp(() => h("div", { class: "list" }, h("div", { class: "column" }, h(NaiveAnswer, { source: source.value })))));
  const list = document.querySelector(".list")!;
  await frame();
  return paced(samples, (index) => {
    const at = Math.ceil(((index + 1) * frames) / samples);
    source.value = text.slice(0, Math.round((at / frames) * text.length));
    void nextTick(() => (list.scrollTop = list.scrollHeight));
  });
}

const ready = Promise.all([loadLocale("en"), loadMarkdown()]).then(async () => {
  const { loadRepair } = await import("@/lib/markdown/render");
  await loadRepair();
});

Object.assign(window, { bench: { ready, ours, opened, naive, clear } });
