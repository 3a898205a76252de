/** Draws Mermaid diagrams, in a sandboxed frame that can reach nothing: no page, no network, no storage. */
import mermaid from "mermaid";

import { listen, tell, tellSize } from "@/frames/parent";

const MOST_CHARACTERS = 30_000;
/** As small as a diagram may be drawn, of its own size; where that is too wide, it scrolls. Of labels of 14 px it leaves 12 in the hand, 10.5 on a desk. */
const leastScale = (): number => (window.innerWidth < 600 ? 0.86 : 0.75);
/** In pixels, of a drawing that says nothing about its size. */
const SOME_WIDTH = 440;

/** Pictures within a diagram: this frame could not fetch them, so their shapes are drawn without. */
const PICTURE = /(["']?)img\1\s*:\s*(?:"[^"]*"|'[^']*'|[^,}\n]*),?/gi;

const holder = document.createElement("div");
holder.className = "scroller";
document.body.append(holder);
let asked = 0;
let zoom: number | undefined;

async function draw(source: string, dark: boolean, colours: Record<string, string>): Promise<void> {
  const mine = ++asked;
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    // What a diagram says about itself must not loosen this.
    secure: ["secure", "securityLevel", "startOnLoad", "maxTextSize", "maxEdges", "htmlLabels", "flowchart", "dompurifyConfig", "themeCSS", "fontFamily"],
    maxTextSize: MOST_CHARACTERS,
    maxEdges: 400,
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    theme: "base",
    themeVariables: { darkMode: dark, dropShadow: "none", ...colours },
    fontFamily: getComputedStyle(document.body).fontFamily,
    suppressErrorRendering: true,
  });
  try {
    const { svg } = await mermaid.render(`diagram-${mine}`, source.replace(PICTURE, ""));
    if (mine === asked) show(svg);
  } catch (cause) {
    if (mine === asked) tell({ type: "failed", reason: cause instanceof Error ? cause.message : String(cause) });
  }
}

function show(svg: string): void {
  const drawing = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
  if (!drawing) return tell({ type: "failed", reason: "" });
  drawing.removeAttribute("height");
  drawing.setAttribute("width", "100%");
  holder.replaceChildren(drawing);
  fit();
  // A large one has the height that the page gives it.
  tellSize(zoom === undefined ? holder : drawing);
}

function fit(): void {
  const drawing = holder.querySelector("svg");
  if (!drawing) return;
  const width = drawing.viewBox.baseVal?.width || SOME_WIDTH;
  drawing.style.maxWidth = `${width * (zoom ?? 1)}px`;
  drawing.style.minWidth = `${width * (zoom ?? leastScale())}px`;
  holder.classList.toggle("large", zoom !== undefined);
  hint();
}

/** Shadows at the edges behind which there is more: over the drawing, which would cover what is behind it. */
function hint(): void {
  const { scrollLeft, scrollWidth, clientWidth } = holder;
  document.body.classList.toggle("more-before", scrollLeft > 1);
  document.body.classList.toggle("more-after", scrollLeft + clientWidth < scrollWidth - 1);
}

holder.addEventListener("scroll", hint, { passive: true });
window.addEventListener("resize", fit);
holder.addEventListener("click", () => tell({ type: "open" }));

let drawn = "";
listen((message) => {
  if (message.type !== "draw") return;
  const { zoom: wanted, ...what } = message;
  zoom = wanted;
  const key = JSON.stringify(what);
  if (key === drawn) return fit();
  drawn = key;
  void draw(message.source, message.dark, message.colours);
});
