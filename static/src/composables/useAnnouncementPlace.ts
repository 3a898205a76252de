/**
 * Where announcements stand so that nothing moves when one arrives: over the beginning of the list, which gets as much
 * room before its first message (`--announced`) and keeps its place; below a chat that does not fill its list, where
 * that room would push it down.
 */
import { nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from "vue";

export function useAnnouncementPlace(bar: Ref<HTMLElement | null>, count: () => number): Ref<boolean> {
  const below = ref(false);
  let observer: ResizeObserver | null = null;

  /** Before it is painted. */
  function makeRoom(): void {
    const room = below.value ? 0 : (bar.value?.offsetHeight ?? 0);
    bar.value?.parentElement?.style.setProperty("--announced", `${room}px`);
  }

  function hasRoomBelow(element: HTMLElement): boolean {
    const list = element.parentElement?.querySelector<HTMLElement>(".list");
    const column = list?.firstElementChild as HTMLElement | null | undefined;
    return !!list && !!column && column.offsetHeight + element.offsetHeight <= list.clientHeight;
  }

  watch(
    count,
    async (now, before) => {
      if (!now) below.value = false;
      else if (!before && bar.value) below.value = hasRoomBelow(bar.value);
      await nextTick();
      makeRoom();
    },
    { flush: "post" },
  );
  onMounted(() => {
    makeRoom();
    if (!("ResizeObserver" in window)) return;
    observer = new ResizeObserver(makeRoom);
    observer.observe(bar.value!);
  });
  onBeforeUnmount(() => observer?.disconnect());
  return below;
}
