/** What stands in one block and belongs to another: addresses by label, and footnotes with their numbers. Pure. */
import { markdown } from "@/lib/markdown/parser";
import type { Answer, Block } from "@/lib/markdown/blocks";

export interface Definition {
  start: number;
  label: string;
  href: string;
  title: string;
}

export interface NoteSource {
  start: number;
  label: string;
  source: string;
}

export interface Note {
  number: number;
  source: string;
  /** The block that refers to it first. */
  from: number;
}

/** Blocks whose labels mean the same as before stay the same objects; and so does the answer's list of footnotes. */
export function resolve(blocks: Block[], definitions: Definition[], sources: NoteSource[], before: Answer): Answer {
  const nothing = definitions.length === 0 && sources.length === 0;
  if (nothing && before.notes.length === 0 && blocks.every((block) => !block.references && !block.notes)) return { blocks, notes: before.notes };
  // The first definition counts.
  const references = new Map(definitions.toReversed().map(({ label, href, title }) => [label, { href, title }]));
  const known = new Map(sources.toReversed().map((note) => [note.label, note]));
  const numbers = new Map<string, Note>();
  const resolved = blocks.map((block) => {
    if (!block.labels.length) return block;
    const used: Block["references"] = {};
    const notes: Record<string, number> = {};
    for (const label of block.labels) {
      const note = label.startsWith("^") && known.get(label.slice(1));
      if (note) {
        if (!numbers.has(note.label)) numbers.set(note.label, { number: numbers.size + 1, source: note.source, from: block.start });
        notes[note.label] = numbers.get(note.label)!.number;
      }
      const key = markdown.utils.normalizeReference(label);
      if (references.has(key)) used[key] = references.get(key)!;
    }
    const fresh = { references: orNull(used), notes: orNull(notes) };
    return JSON.stringify([block.references, block.notes]) === JSON.stringify([fresh.references, fresh.notes]) ? block : { ...block, ...fresh };
  });
  const notes = [...numbers.values()];
  return { blocks: resolved, notes: JSON.stringify(notes) === JSON.stringify(before.notes) ? before.notes : notes };
}

function orNull<T extends object>(record: T): T | null {
  return Object.keys(record).length ? record : null;
}
