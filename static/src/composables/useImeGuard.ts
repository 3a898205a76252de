/**
 * Is this Enter meant for the input method? Chromium and Firefox mark it (isComposing, keyCode 229);
 * Safari ends the composition first and sends an unmarked keydown right after.
 */
const SAFARI_WINDOW = 60;

export function useImeGuard(now: () => number = () => performance.now()): {
  onCompositionStart: () => void;
  onCompositionEnd: () => void;
  composing: (event: Pick<KeyboardEvent, "isComposing" | "keyCode">) => boolean;
} {
  let inside = false;
  let endedAt = -Infinity;
  return {
    onCompositionStart: () => {
      inside = true;
    },
    onCompositionEnd: () => {
      inside = false;
      endedAt = now();
    },
    composing: (event) => inside || event.isComposing || event.keyCode === 229 || now() - endedAt < SAFARI_WINDOW,
  };
}
