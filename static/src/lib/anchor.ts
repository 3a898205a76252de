/**
 * What is being read, and how far it has moved since. Browsers keep it in place themselves, but not all of them
 * (Safari does not), and none when something is put above the very top: so the page does it, everywhere the same.
 */
export type Anchor = { element: Element; top: number }[];

/** Deep enough for a block of an answer: row, message, text, section, block, paragraph. */
const DEPTH = 6;

/** The first thing below the upper edge of `scroller`, from the outside in. Empty when there is nothing. */
export function anchorOf(scroller: Element, content: Element): Anchor {
  const edge = scroller.getBoundingClientRect().top;
  const anchor: Anchor = [];
  let inside = content;
  while (anchor.length < DEPTH) {
    const element = firstBelow(inside.children, edge);
    if (!element) break;
    const { top, height } = element.getBoundingClientRect();
    anchor.push({ element, top: top - edge });
    // What begins here, or is small, is as precise as it gets.
    if (top >= edge || height < 40) break;
    inside = element;
  }
  return anchor;
}

/**
 * By how many pixels it has moved down, other than by the reader, who has scrolled down by `scrolled` since. The
 * innermost part that is still there is asked; 0 when none is.
 */
export function movedBy(anchor: Anchor, scroller: Element, scrolled: number): number {
  const held = anchor.findLast(({ element }) => element.isConnected);
  if (!held) return 0;
  return held.element.getBoundingClientRect().top - scroller.getBoundingClientRect().top - held.top + scrolled;
}

/** The first that ends below `edge`; they stand one under the other. */
function firstBelow(elements: HTMLCollection, edge: number): Element | undefined {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (elements[middle]!.getBoundingClientRect().bottom > edge) high = middle;
    else low = middle + 1;
  }
  return elements[low];
}
