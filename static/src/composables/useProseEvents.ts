/** What can be done with the text of an answer: footnotes lead there and back, formulas are copied as their source. */
import { copyText } from "@/composables/useCopy";
import { withSources } from "@/lib/selection";

const SHOWN_MS = 1600;

/** The button on code within a list or a quote, which is no component. */
function copyNested(button: Element): void {
  void copyText(button.parentElement!.querySelector("pre")!.textContent ?? "").then((done) => {
    const came = done ? "copied" : "failed";
    button.classList.add(came);
    window.setTimeout(() => button.classList.remove(came), SHOWN_MS);
  });
}

function onClick(event: MouseEvent): void {
  const button = (event.target as Element).closest(".nested-copy");
  if (button) return copyNested(button);
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#note-"]');
  if (!link) return;
  // The address of the page names the conversation, and nothing in it.
  event.preventDefault();
  const target = document.getElementById(link.hash.slice(1));
  if (!target) return;
  target.scrollIntoView({ block: "center", behavior: "smooth" });
  target.focus({ preventScroll: true });
  target.classList.add("found");
  window.setTimeout(() => target.classList.remove("found"), SHOWN_MS);
}

function onCopy(event: ClipboardEvent): void {
  const copied = withSources(document.getSelection());
  if (!copied || !event.clipboardData) return;
  event.preventDefault();
  event.clipboardData.setData("text/plain", copied);
}

export function useProseEvents(): { onClick: (event: MouseEvent) => void; onCopy: (event: ClipboardEvent) => void } {
  return { onClick, onCopy };
}
