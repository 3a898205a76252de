/** Lets other parts put text into the composer, or the cursor. The composer registers itself. */
import type { Attachment } from "@/types/api";

export interface ComposerDoor {
  /** Without `attachments` those that are there stay. */
  fill: (text: string, attachments?: Attachment[]) => void;
  focus: () => void;
}

let target: ComposerDoor | null = null;

export function provideComposer(composer: ComposerDoor | null): void {
  target = composer;
}

export function useComposerBus(): ComposerDoor {
  return { fill: (text, attachments) => target?.fill(text, attachments), focus: () => target?.focus() };
}
