/** A frame's end of the line to the page. */
import type { FromFrame, ToFrame } from "@/lib/frame";

export function tell(message: FromFrame): void {
  window.parent.postMessage(message, "*");
}

export function listen(on: (message: ToFrame) => void): void {
  window.addEventListener("message", (event: MessageEvent<ToFrame>) => {
    if (event.source !== window.parent) return;
    document.documentElement.style.colorScheme = event.data.dark ? "dark" : "light";
    on(event.data);
  });
  tell({ type: "ready" });
}

let observer: ResizeObserver | null = null;

/** Tells how high an element is, now and whenever that changes. */
export function tellSize(element: Element): void {
  const say = (): void => {
    const height = Math.ceil(element.getBoundingClientRect().height);
    if (height > 0) tell({ type: "size", height });
  };
  // At once: what is observed is only told when the frame is drawn, which a browser puts off while it is out of sight.
  say();
  observer?.disconnect();
  observer = new ResizeObserver(say);
  observer.observe(element);
}
