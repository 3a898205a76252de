/** Files that come from the server, and how they reach the disk. */

/** The name that the server gave, from Content-Disposition. */
export function nameOf(disposition: string | null, otherwise: string): string {
  const encoded = /filename\*=utf-8''([^;]+)/i.exec(disposition ?? "")?.[1];
  if (encoded) {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return otherwise;
    }
  }
  return /filename="([^"]+)"/.exec(disposition ?? "")?.[1] ?? otherwise;
}

/** Reads a body to its end, telling how many bytes have come. Rejects when it breaks off. */
export async function readAll(response: Response, told: (bytes: number) => void): Promise<Blob> {
  if (!response.body) return response.blob();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    told((bytes += value.length));
  }
  return new Blob(parts, { type: response.headers.get("Content-Type") ?? "application/octet-stream" });
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Later: some browsers begin to read after the click has returned.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** "3.2 MB" in the reader's language. */
export function sizeText(bytes: number, locale: string): string {
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  const options = { style: "unit", unit: UNITS[power], unitDisplay: "short", maximumFractionDigits: power > 1 ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale, options).format(value);
}
