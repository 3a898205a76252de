/** The lines of the sidebar: which are rendered, what clicks, keys and the pointer do among them. */
import { computed, onBeforeUnmount, onMounted, ref, watch, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";

import { itemsOf, type Item } from "@/composables/sidebar/items";
import { useDrag } from "@/composables/sidebar/useDrag";
import { useRoving, type LineKey } from "@/composables/sidebar/useRoving";
import { useWindow, type Place } from "@/composables/sidebar/useWindow";
import { useNewChat } from "@/composables/useNewChat";
import { monthName, type Group } from "@/lib/time";
import { useConversation } from "@/stores/conversation";
import { useFolders } from "@/stores/folders";
import { useSelection } from "@/stores/selection";
import { useSessions } from "@/stores/sessions";
import { useUi } from "@/stores/ui";

type Row = Extract<Item, { kind: "row" }>;
interface Section {
  key: string;
  label: string;
  places: Place<Item>[];
  lines: Place<Item>[];
}

/** Of a heading with its button, in pixels; on touch as high as a row. */
const HEAD = 40;
/** After so long without a movement the pointer is not about to click. */
const IDLE_MS = 4000;

export function useLines(root: Ref<HTMLElement | null>): {
  sections: ComputedRef<Section[]>;
  total: ComputedRef<number>;
  stop: ComputedRef<string | null>;
  waiting: ComputedRef<boolean>;
  drag: ReturnType<typeof useDrag>;
  begin: (folder: string) => void;
  choose: (item: Row, event: MouseEvent) => void;
  onFocusin: (event: FocusEvent) => void;
  onKeydown: (event: KeyboardEvent) => void;
  onMove: (event: PointerEvent) => void;
  onLeave: () => void;
} {
  const { t, te, locale } = useI18n();
  const router = useRouter();
  const [ui, sessions, folders, selection, conversation] = [useUi(), useSessions(), useFolders(), useSelection(), useConversation()];
  const newChat = useNewChat();
  const drag = useDrag();
  const touch = window.matchMedia?.("(pointer: coarse)");
  const height = ref(touch?.matches ? 44 : 36);
  const onTouch = (): void => void (height.value = touch?.matches ? 44 : 36);

  // The rows' times are compared with today; midnight passes with the next change at the latest.
  const items = computed(() => {
    const plain = sessions.view === "chats" && !sessions.range;
    const hasFolders = plain && (folders.all.length > 0 || sessions.rows.length > 0);
    const shown = { rows: sessions.rows, more: sessions.next !== null, lists: folders.lists, byDate: sessions.view !== "trash" };
    return itemsOf({ ...shown, folders: hasFolders ? folders.all : null }, new Date());
  });
  const waiting = computed(() => !sessions.rows.length && (sessions.state === "loading" || (sessions.view === "chats" && folders.state === "idle")));
  const heightOf = (item: Item): number => (item.kind === "head" ? Math.max(HEAD, height.value) : height.value);

  const { total, places, reveal } = useWindow(root, items, heightOf, () => roving.index.value);
  const roving = useRoving({ root, items, current: () => conversation.key, reveal, act });

  const sections = computed(() => {
    const result: Section[] = [];
    for (const place of places.value) {
      const { item } = place;
      const key = item.kind === "row" || item.kind === "folder" ? item.section : item.kind === "head" ? item.group : "";
      let section = result.at(-1);
      if (!section || (key && section.key !== key)) result.push((section = { key, label: labelOf(item, key), places: [], lines: [] }));
      (item.kind === "head" || item.kind === "folder" ? section.places : section.lines).push(place);
    }
    return result;
  });

  function labelOf(item: Item, key: string): string {
    if (item.kind === "folder") return item.folder.name;
    const folder = folders.find(key);
    if (folder) return folder.name;
    if (key === "list" || !key) return t("sidebar.label");
    return te(`sidebar.${key}`) ? t(`sidebar.${key}`) : monthName(key as Group, locale.value, new Date());
  }

  // What stands for more is near: fetch it.
  watch(places, (shown) => {
    for (const { item } of shown) if (item.kind === "wait" && (item.list ?? sessions).next !== null) void (item.list ?? sessions).load(true);
  });

  function begin(folder: string): void {
    newChat(folder);
  }

  function order(): string[] {
    return items.value.flatMap((item) => (item.kind === "row" ? [item.session.session_id] : []));
  }

  function choose({ session: { session_id: id } }: Row, event: MouseEvent): void {
    const box = event.target instanceof HTMLInputElement;
    // The browser would open another tab or window.
    if (!box) event.preventDefault();
    if (event.shiftKey) selection.extend(id, order());
    else if (event.ctrlKey || event.metaKey || selection.active) selection.toggle(id);
    else {
      ui.drawer = false;
      void router.push(`/c/${id}`);
    }
  }

  function act(key: LineKey, item: Item, event: KeyboardEvent): boolean {
    const line = (event.target as HTMLElement).closest<HTMLElement>("[data-key]");
    const [name, button] = [line?.querySelector<HTMLElement>("[data-line]"), line?.querySelector<HTMLElement>("[aria-haspopup]")];
    if (key === "menu") {
      button?.click();
      return true;
    }
    if (item.kind === "folder") return actOnFolder(key, item);
    if (item.kind !== "row") return false;
    if (key === "rename") name?.dispatchEvent(new MouseEvent("dblclick"));
    else if (key === "remove") void import("@/composables/sidebar/bulk").then(({ bulk }) => bulk("delete", selection.count ? [...selection.ids] : [item.session.session_id]));
    else if (key === "open") button?.focus();
    else if (key === "close" && document.activeElement === button) name?.focus();
    else return false;
    return true;
  }

  function actOnFolder(key: LineKey, { folder, open }: Extract<Item, { kind: "folder" }>): boolean {
    const work = import("@/composables/sidebar/folders");
    if (key === "rename") ui.show("folder", { folder });
    else if (key === "remove") void work.then(({ askToDelete }) => askToDelete(folder));
    else if (key === "up" || key === "down") void work.then(({ step }) => step(folder.folder_id, key === "up" ? -1 : 1));
    else if (open === (key === "close")) folders.toggle(folder.folder_id);
    return true;
  }

  let timer = 0;
  function onLeave(): void {
    window.clearTimeout(timer);
    sessions.hold(false);
  }
  function onMove(event: PointerEvent): void {
    if (event.pointerType === "touch") return;
    sessions.hold(true);
    window.clearTimeout(timer);
    timer = window.setTimeout(onLeave, IDLE_MS);
  }

  function onKeydown(event: KeyboardEvent): void {
    if (selection.active && event.key === "Escape") selection.clear();
    else if (selection.active && event.key === " ") {
      const item = items.value[roving.index.value];
      if (item?.kind === "row") selection.toggle(item.session.session_id);
      event.preventDefault();
    } else return roving.onKeydown(event);
    event.stopPropagation();
  }

  onMounted(() => touch?.addEventListener("change", onTouch));
  onBeforeUnmount(() => {
    touch?.removeEventListener("change", onTouch);
    onLeave();
  });

  return { sections, total, stop: roving.stop, waiting, drag, begin, choose, onFocusin: roving.onFocusin, onKeydown, onMove, onLeave };
}
