import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds a running hub. */
const HUB = "http://127.0.0.1:8750";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // Inlined files would need `data:` or inline code in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/api": HUB,
      "/console": { target: HUB, ws: true },
    },
  },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
  },
});
