/** Dates as people read them, and the groups of the sidebar. All pure: `now` is an argument. */

const DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one costs more than using it a hundred times, and an answer under way asks at every frame. */
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, known);
  return known;
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Whole days between two local calendar days; survives daylight saving. */
export function daysAgo(date: Date, now: Date): number {
  return Math.round((midnight(now) - midnight(date)) / DAY);
}

export type Group = "pinned" | "today" | "yesterday" | "week" | "month" | `${number}-${number}`;

export function groupOf(iso: string, now: Date): Group {
  const date = new Date(iso);
  const days = daysAgo(date, now);
  if (days <= 0) return "today";
  if (days === 1) return "yesterday";
  if (days <= 7) return "week";
  if (days <= 30) return "month";
  return `${date.getFullYear()}-${date.getMonth()}`;
}

/** The first moment of a group, as the server writes moments: what is not before it is in this group or a later one. */
export function startOfGroup(group: Group, now: Date): string {
  const back = { pinned: 0, today: 0, yesterday: 1, week: 7, month: 30 }[group as "today"];
  const [year, month] = group.split("-").map(Number) as [number, number];
  const first = back === undefined ? new Date(year, month) : new Date(now.getFullYear(), now.getMonth(), now.getDate() - back);
  return first.toISOString();
}

export function monthName(group: string, locale: string, now: Date): string {
  const [year, month] = group.split("-").map(Number) as [number, number];
  const sameYear = year === now.getFullYear();
  return format(locale, { month: "long", year: sameYear ? undefined : "numeric" }).format(new Date(year, month));
}

function clock(date: Date, locale: string): string {
  return format(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(date);
}

function day(date: Date, locale: string, now: Date): string {
  if (daysAgo(date, now) !== 1) return shortDate(date, locale, now);
  const word = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-1, "day");
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

/** In lists: "14:32" today, "Yesterday", "Mar 3", "Mar 3, 2025". What is of the next day by another clock is of today. */
export function listTime(iso: string, locale: string, now: Date): string {
  const date = new Date(iso);
  return daysAgo(date, now) <= 0 ? clock(date, locale) : day(date, locale, now);
}

/** Where the hour counts: "14:32", "Yesterday 14:32", "Mar 3 14:32". */
export function shortTime(iso: string, locale: string, now: Date): string {
  const date = new Date(iso);
  return daysAgo(date, now) <= 0 ? clock(date, locale) : `${day(date, locale, now)} ${clock(date, locale)}`;
}

export function shortDate(date: Date, locale: string, now: Date): string {
  const sameYear = date.getFullYear() === now.getFullYear();
  return format(locale, { month: "short", day: "numeric", year: sameYear ? undefined : "numeric" }).format(date);
}

export function fullTime(iso: string, locale: string): string {
  return format(locale, { dateStyle: "full", timeStyle: "short" }).format(new Date(iso));
}
