/** Draws Mermaid diagrams, in a sandboxed frame that can reach nothing: no page, no network, no storage. */
import mermaid from "mermaid";

import { listen, tell, tellSize } from "@/frames/parent";

const MOST_CHARACTERS = 30_000;
/** As wide as a diagram may be shrunk; narrower, it scrolls. In pixels. */
const LEAST_WIDTH = 440;

/** Pictures within a diagram: this frame could not fetch them, so their shapes are drawn without. */
const PICTURE = /(["']?)img\1\s*:\s*(?:"[^"]*"|'[^']*'|[^,}\n]*),?/gi;

const holder = document.createElement("div");
holder.className = "scroller";
document.body.append(holder);
let asked = 0;

async function draw(source: string, dark: boolean, colours: Record<string, string>): Promise<void> {
  const mine = ++asked;
  document.documentElement.style.setProperty("--bg", colours.background ?? "");
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
    themeVariables: { darkMode: dark, ...colours },
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
  const width = drawing.viewBox.baseVal?.width || LEAST_WIDTH;
  drawing.removeAttribute("height");
  drawing.setAttribute("width", "100%");
  drawing.style.maxWidth = `${width}px`;
  drawing.style.minWidth = `${Math.min(width, LEAST_WIDTH)}px`;
  holder.replaceChildren(drawing);
  tellSize(holder);
}

listen((message) => {
  if (message.type === "draw") void draw(message.source, message.dark, message.colours);
});
