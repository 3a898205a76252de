/** Lets other parts put text into the composer, or the cursor. The composer registers itself. */
let target: { fill: (text: string) => void; focus: () => void } | null = null;

export function provideComposer(composer: typeof target): void {
  target = composer;
}

export function useComposerBus(): { fill: (text: string) => void; focus: () => void } {
  return { fill: (text) => target?.fill(text), focus: () => target?.focus() };
}
