/** Pictures from elsewhere, in a block of an answer: none is fetched before somebody asks for that one. */
import { ref, type Ref } from "vue";

export function usePictures(): { pictures: Ref<string[]>; onClick: (event: MouseEvent) => void; hide: (address: string) => void } {
  const pictures = ref<string[]>([]);

  function hide(address: string): void {
    pictures.value = pictures.value.filter((other) => other !== address);
  }

  function onClick(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a.remote-image");
    // With a key held down it is a link like any other.
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const shown = pictures.value.includes(link.href);
    if (shown) hide(link.href);
    else pictures.value = [...pictures.value, link.href];
  }

  return { pictures, onClick, hide };
}
