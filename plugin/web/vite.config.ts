import { defineConfig } from "vitest/config";

// The content security policy allows scripts and styles from our own origin only, so nothing may be
// inlined: no data: assets in scripts, no polyfill that needs an inline script.
export default defineConfig({
  base: "/app/",
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: process.env["WHATMATTERS_WEB_OUT"] || "dist",
    emptyOutDir: true,
    target: "es2021",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: ["start.html", "ward.html", "patient.html", "missing.html", "problem.html"],
    },
  },
  // A time zone with summer time, so that a test cannot pass by being in UTC.
  test: { include: ["src/**/*.test.ts"], env: { TZ: "Europe/Oslo" } },
});
