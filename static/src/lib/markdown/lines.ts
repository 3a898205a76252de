/** Code as lines, in chunks that stay the same while it grows. */
import { markdown } from "@/lib/markdown/parser";
import { sanitize } from "@/lib/markdown/sanitize";

export interface Chunk {
  /** The number of its first line, from 1. */
  first: number;
  text: string;
}

export interface Info {
  language: string;
  title: string;
  /** Lines to point at, from 1. */
  marks: Set<number>;
}

/** A chunk ends before a line at the left edge that follows an empty one, when it has so many lines; at the latest with so many. */
const FEW = 50;
const MANY = 100;
const MOST_MARKS = 1000;

const escape = markdown.utils.escapeHtml;

/** What stands behind an opening fence: `js {2,4-6} title="a.js"`, and `js:a.js` as some models write it. */
export function parseInfo(info: string): Info {
  const [, language = "", rest = ""] = /^\s*([^\s{,:]*)([^]*)$/.exec(info) ?? [];
  const title = /(?:title|filename|file|name)=(?:"([^"]*)"|'([^']*)'|(\S+))/i.exec(rest)?.slice(1).find(Boolean) ?? /^:(\S+)/.exec(rest)?.[1] ?? "";
  const marks = new Set<number>();
  for (const range of (/\{([\d\s,-]+)\}/.exec(rest)?.[1] ?? "").split(",")) {
    const [from = 0, to = from] = range.split("-").map(Number);
    for (let line = from; from > 0 && line <= to && marks.size < MOST_MARKS; line += 1) marks.add(line);
  }
  return { language: language.toLowerCase(), title: title.slice(0, 120), marks };
}

export class LineChunker {
  private chunks: Chunk[] = [];
  private code = "";

  /** The chunks of `code`. Those that did not change are the same objects as before. */
  update(code: string): Chunk[] {
    const grows = this.code !== "" && code.startsWith(this.code);
    const kept = grows ? this.chunks.slice(0, -1) : [];
    let { first, start } = { first: 1, start: 0 };
    for (const chunk of kept) start += chunk.text.length;
    if (grows) first = this.chunks.at(-1)?.first ?? 1;
    const fresh: Chunk[] = [];
    for (const text of cutLines(code.slice(start))) {
      fresh.push({ first, text });
      first += count(text);
    }
    const old = this.chunks[kept.length];
    if (old && fresh[0] && old.text === fresh[0].text) fresh[0] = old;
    this.code = code;
    this.chunks = [...kept, ...fresh];
    return this.chunks;
  }
}

function cutLines(code: string): string[] {
  const chunks: string[] = [];
  let [start, lines, wasEmpty] = [0, 0, false];
  for (let at = 0; at < code.length; ) {
    const end = code.indexOf("\n", at) + 1 || code.length;
    const isEmpty = code.slice(at, end).trim() === "";
    // Only lines that are complete decide, so that the same text is always cut in the same places.
    if (lines >= MANY || (lines >= FEW && wasEmpty && !isEmpty && !/\s/.test(code[at]!))) {
      chunks.push(code.slice(start, at));
      [start, lines] = [at, 0];
    }
    lines += 1;
    wasEmpty = isEmpty;
    at = end;
  }
  if (start < code.length) chunks.push(code.slice(start));
  return chunks;
}

function count(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** How many lines code has; a line break at its end begins none. */
export function countLines(code: string): number {
  return code ? count(code) : 0;
}

/** A chunk as sanitised HTML, one element for each line, coloured if there is somebody who does it. */
export function linesHtml(chunk: Chunk, marks: Set<number>, colour: ((code: string) => string) | null): string {
  const lines = splitHtml(colour ? colour(chunk.text) : escape(chunk.text));
  const html = lines.map((line, index) => `<span class="line${marks.has(chunk.first + index) ? " marked" : ""}">${line}</span>`);
  return sanitize(html.join(""));
}

/** Code that grows, line by line: what has not changed is neither sanitised nor drawn again. */
export class LinePainter {
  private raw: string[] = [];
  private clean: string[] = [];

  /** The inside of each line as sanitised HTML. */
  paint(text: string, colour: ((code: string) => string) | null): string[] {
    const lines = splitHtml(colour ? colour(text) : escape(text));
    let same = lines.findIndex((line, index) => line !== this.raw[index]);
    if (same === -1) same = lines.length;
    this.clean = [...this.clean.slice(0, same), ...cleanLines(lines.slice(same))];
    this.raw = lines;
    return this.clean;
  }
}

const OPEN = '<span class="line">';
const CLOSE = "</span>";

/** All in one go, as each has its price; one by one where they would not come apart again. */
function cleanLines(lines: string[]): string[] {
  if (!lines.length) return [];
  const all = sanitize(lines.map((line) => OPEN + line + CLOSE).join("")).split(/(?=<span class="line">)/);
  return all.length === lines.length ? all.map((line) => line.slice(OPEN.length, -CLOSE.length)) : lines.map((line) => sanitize(line));
}

/** Lines of a highlighter's HTML: what spans several of them is closed and opened again. */
function splitHtml(html: string): string[] {
  const lines: string[] = [];
  const open: string[] = [];
  let line = "";
  for (const [part] of html.matchAll(/<\/?span[^>]*>|\n|[^<\n]+|</g)) {
    if (part === "\n") {
      lines.push(`${line}\n${"</span>".repeat(open.length)}`);
      line = open.join("");
      continue;
    }
    if (part.startsWith("<span")) open.push(part);
    else if (part === "</span>") open.pop();
    line += part;
  }
  if (line.replace(/<[^>]*>/g, "")) lines.push(line);
  return lines;
}
