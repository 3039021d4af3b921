import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Text of a size that is worth it lies beside its compressed forms, which the service sends as they
// are; fonts and pictures are compressed already.
const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  writeBundle({ dir = "" }, bundle) {
    for (const file of Object.values(bundle)) {
      const text = Buffer.from(file.type === "chunk" ? file.code : file.source);
      if (!/\.(css|html|js|svg)$/.test(file.fileName) || text.length < 1024) continue;
      writeFileSync(join(dir, `${file.fileName}.br`), brotliCompressSync(text));
      writeFileSync(join(dir, `${file.fileName}.gz`), gzipSync(text, { level: 9 }));
    }
  },
};

// The content security policy allows scripts and styles from our own origin only, so nothing may be
// inlined: no data: assets in scripts, no polyfill that needs an inline script.
export default defineConfig({
  base: "/app/",
  plugins: [compressed],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: process.env["WHATMATTERS_WEB_OUT"] || "dist",
    emptyOutDir: true,
    target: "es2021",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: [
        "start.html",
        "units.html",
        "ward.html",
        "patient.html",
        "missing.html",
        "problem.html",
      ],
    },
  },
  // A time zone with summer time, so that a test cannot pass by being in UTC.
  test: { include: ["src/**/*.test.ts"], env: { TZ: "Europe/Oslo" } },
});
