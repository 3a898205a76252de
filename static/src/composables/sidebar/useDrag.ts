/** Dragging: conversations onto a folder (or out of it), folders into another order. One place for the whole list. */
import { ref, type Ref } from "vue";

import { useSelection } from "@/stores/selection";

const SESSIONS = "application/x-aihelper-sessions";
const FOLDER = "application/x-aihelper-folder";

/** What the drag's handlers are bound to: lines say in `data-drop` into which folder they drop ("" is none). */
function lineOf(event: DragEvent): HTMLElement | null {
  return (event.target as HTMLElement).closest<HTMLElement>("[data-drop]");
}

export function useDrag(): {
  over: Ref<string | null>;
  on: Record<"dragstart" | "dragover" | "dragleave" | "drop" | "dragend", (event: DragEvent) => void>;
} {
  const selection = useSelection();
  /** The folder that would take what is dragged. */
  const over = ref<string | null>(null);

  function dragstart(event: DragEvent): void {
    const line = lineOf(event);
    if (!line || !event.dataTransfer) return;
    const { session, folder } = line.dataset;
    event.dataTransfer.effectAllowed = "move";
    if (session) {
      const ids = selection.ids.has(session) ? [...selection.ids] : [session];
      event.dataTransfer.setData(SESSIONS, JSON.stringify(ids));
    } else if (folder) event.dataTransfer.setData(FOLDER, folder);
  }

  function takes(event: DragEvent): HTMLElement | null {
    const line = lineOf(event);
    const types = event.dataTransfer?.types ?? [];
    return line && (types.includes(SESSIONS) || (types.includes(FOLDER) && line.dataset.folder)) ? line : null;
  }

  function dragover(event: DragEvent): void {
    const line = takes(event);
    over.value = line?.dataset.drop ?? null;
    if (line) event.preventDefault();
  }

  async function drop(event: DragEvent): Promise<void> {
    const line = takes(event);
    over.value = null;
    if (!line || !event.dataTransfer) return;
    event.preventDefault();
    const [ids, folder, onto] = [event.dataTransfer.getData(SESSIONS), event.dataTransfer.getData(FOLDER), line.dataset.drop!];
    const box = line.getBoundingClientRect();
    if (ids) (await import("@/composables/sidebar/bulk")).moveTo(JSON.parse(ids) as string[], onto || null);
    else (await import("@/composables/sidebar/folders")).place(folder, onto, event.clientY > box.top + box.height / 2);
  }

  const end = (): void => void (over.value = null);
  return { over, on: { dragstart, dragover, dragleave: end, drop: (event) => void drop(event), dragend: end } };
}
