/** Files and long texts on their way to the server: each a chip, which says what became of it. */
import { useI18n } from "vue-i18n";

import { characters } from "@/chat/messages";
import { uuid } from "@/lib/ids";
import { request, requestText } from "@/lib/transport/api";
import { useUi } from "@/stores/ui";
import { useUser } from "@/stores/user";
import { useWriting, type Attaching } from "@/stores/writing";
import type { Attachment } from "@/types/api";

export const MAX_BYTES = 1024 * 1024;
export const MAX_ATTACHMENTS = 10;
/** A pasted text from this length or this number of lines on becomes an attachment. */
export const LONG_CHARS = 4000;
export const LONG_LINES = 80;

export function isLong(text: string): boolean {
  return text.length > LONG_CHARS || text.split("\n", LONG_LINES + 1).length > LONG_LINES;
}

export function useAttach(): {
  addFiles: (files: Iterable<File>) => void;
  addText: (text: string) => void;
  onPaste: (event: ClipboardEvent) => void;
  retry: (key: string) => void;
  remove: (key: string) => void;
  toText: (key: string) => Promise<void>;
} {
  const { t } = useI18n();
  const writing = useWriting();
  const user = useUser();
  const ui = useUi();

  function patch(key: string, changes: Partial<Attaching>): void {
    writing.attaching = writing.attaching.map((item) => (item.key === key ? { ...item, ...changes } : item));
  }

  async function store(key: string, name: string, source: File | string): Promise<void> {
    try {
      const form = new FormData();
      if (typeof source !== "string") form.append("file", source, name);
      const body = typeof source === "string" ? { json: { name, text: source } } : { form };
      const document = await request<Attachment>("POST", "/api/chat/documents", body);
      patch(key, { document, name: document.name, chars: document.chars, error: "" });
    } catch (cause) {
      patch(key, { error: (cause as Error).message });
    }
  }

  function add(name: string, source: File | string): void {
    if (writing.attaching.length >= MAX_ATTACHMENTS) {
      ui.notify(t("writing.tooMany", { n: MAX_ATTACHMENTS }), { tone: "danger" });
      return;
    }
    const key = uuid();
    const tooLarge = typeof source !== "string" && source.size > MAX_BYTES;
    const chars = typeof source === "string" ? characters(source) : 0;
    writing.attaching = [...writing.attaching, { key, name, chars, document: null, error: tooLarge ? t("writing.tooLarge") : "", source }];
    if (!tooLarge) void store(key, name, source);
  }

  function addFiles(files: Iterable<File>): void {
    for (const file of files) add(file.name, file);
  }

  function addText(text: string): void {
    add(`${t("writing.pasted")}.txt`, text);
  }

  /** Where there is text it is meant: a spreadsheet copies its cells as a picture, too. */
  function onPaste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text/plain").replaceAll("\r\n", "\n") ?? "";
    const files = [...(event.clipboardData?.files ?? [])];
    if (!text && files.length) addFiles(files);
    else if (user.preferences.paste_as_file !== false && isLong(text)) addText(text);
    else return;
    event.preventDefault();
  }

  function retry(key: string): void {
    const item = writing.attaching.find((one) => one.key === key);
    if (!item?.source) return;
    patch(key, { error: "" });
    void store(key, item.name, item.source);
  }

  function remove(key: string): void {
    const item = writing.attaching.find((one) => one.key === key);
    writing.attaching = writing.attaching.filter((one) => one.key !== key);
    // One that was stored just now has no other use; one of a message that was taken back may have.
    if (item?.document && item.source) void request("DELETE", `/api/chat/documents/${item.document.document_id}`).catch(() => undefined);
  }

  async function toText(key: string): Promise<void> {
    const item = writing.attaching.find((one) => one.key === key);
    if (!item) return;
    try {
      const text = typeof item.source === "string" ? item.source : await requestText(`/api/chat/documents/${item.document!.document_id}`);
      writing.text = writing.text ? `${writing.text.trimEnd()}\n\n${text}` : text;
      remove(key);
    } catch (cause) {
      ui.notify((cause as Error).message, { tone: "danger" });
    }
  }

  return { addFiles, addText, onPaste, retry, remove, toText };
}
