/** What stands in the sidebar, line by line: pinned, folders with what is in the open ones, then by date. Pure. */
import { groupOf, startOfGroup, type Group } from "@/lib/time";
import type { SessionList } from "@/stores/sessionList";
import type { Session } from "@/types/api";
import type { Folder } from "@/types/folders";

export type Item =
  | { kind: "head"; key: string; group: Group | "folders" }
  | { kind: "folder"; key: string; section: string; folder: Folder; open: boolean }
  | { kind: "row"; key: string; section: string; session: Session; folder: string }
  /** Stands where more will be; seeing it fetches it. */
  | { kind: "wait"; key: string; list: SessionList | null }
  | { kind: "empty"; key: string; folder: string };

export interface Shown {
  rows: Session[];
  /** A next page of the main list can be fetched. */
  more: boolean;
  /** Null where folders are not shown: in the archive, in the trash, while a period is chosen. */
  folders: Folder[] | null;
  lists: ReadonlyMap<string, SessionList>;
  /** In the trash all is one group, by the time of its deletion. */
  byDate: boolean;
}

export function itemsOf({ rows, more, folders, lists, byDate }: Shown, now: Date): Item[] {
  const items: Item[] = [];
  const pinned = byDate ? rows.findIndex((session) => !session.pinned) : 0;
  const first = pinned < 0 ? rows.length : pinned;
  if (first) {
    items.push({ kind: "head", key: "pinned", group: "pinned" });
    for (const session of rows.slice(0, first)) items.push(row("pinned", session));
  }
  if (folders) addFolders(items, folders, lists);
  let group: Group | null = null;
  let start = "";
  for (const session of rows.slice(first)) {
    // They are sorted: only what is before its group's beginning needs a look at the calendar.
    if (byDate && (!group || session.update_time < start)) {
      group = groupOf(session.update_time, now);
      start = startOfGroup(group, now);
      items.push({ kind: "head", key: group, group });
    }
    items.push(row(group ?? "list", session));
  }
  if (more) items.push({ kind: "wait", key: "more", list: null });
  return items;
}

function addFolders(items: Item[], folders: Folder[], lists: Shown["lists"]): void {
  items.push({ kind: "head", key: "folders", group: "folders" });
  for (const folder of folders) {
    const id = folder.folder_id;
    const list = lists.get(id);
    items.push({ kind: "folder", key: `f:${id}`, section: id, folder, open: list !== undefined });
    if (!list) continue;
    for (const session of list.rows.value) items.push(row(id, session, id));
    const waits = list.state.value === "loading" && !list.rows.value.length ? Math.min(folder.session_count, 6) : list.next.value ? 1 : 0;
    for (let n = 0; n < waits; n += 1) items.push({ kind: "wait", key: `w:${id}:${n}`, list });
    if (list.state.value === "done" && !list.rows.value.length) items.push({ kind: "empty", key: `e:${id}`, folder: id });
  }
}

function row(section: string, session: Session, folder = ""): Item {
  // The same conversation may stand twice: pinned, and in its folder.
  return { kind: "row", key: `${section === "pinned" || folder ? section : "d"}:${session.session_id}`, section, session, folder };
}
