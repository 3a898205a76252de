/** The benchmark page, with the page's own settings; built apart and never a part of the page. */
import { fileURLToPath } from "node:url";

import { defineConfig, mergeConfig } from "vitest/config";

import page from "../vite.config";

const { build, ...settings } = page;

export default mergeConfig(
  { ...settings, base: "/" },
  defineConfig({
    root: fileURLToPath(new URL(".", import.meta.url)),
    build: { target: build?.target, emptyOutDir: true, chunkSizeWarningLimit: 2000 },
  }),
);
