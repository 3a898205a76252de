import { afterAll, vi } from "vitest";

import { markShown } from "@/lib/idle";

// Single parts are tested without the view that says so.
markShown();

// jsdom has none. Assigned, not stubbed: specs take their own stubs back.
window.matchMedia = (query: string) =>
  ({ matches: false, media: query, addEventListener: () => undefined, removeEventListener: () => undefined }) as unknown as MediaQueryList;

// What a spec has begun to load on demand comes before its page goes away; else the end is an error of nobody's.
afterAll(() => vi.dynamicImportSettled());
