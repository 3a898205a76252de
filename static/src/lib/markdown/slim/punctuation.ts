/** Stands in for `uc.micro` (vite.config.ts): markdown-it asks it for two Unicode classes, which engines know by name. */
export const P = /\p{P}/u;
export const S = /\p{S}/u;
export const Any = /[^]/u;
export const Cc = /\p{Cc}/u;
export const Cf = /\p{Cf}/u;
export const Z = /\p{Z}/u;
