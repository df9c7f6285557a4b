// Fails when what a teacher's browser has to fetch grows past the budget. Run after the build.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMITS_KB = { js: 240, css: 40 };
const assets = new URL("../dist/assets/", import.meta.url);

for (const [kind, limit] of Object.entries(LIMITS_KB)) {
  const bytes = readdirSync(assets)
    .filter((name) => name.endsWith(`.${kind}`))
    .reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, assets))).length, 0);
  const kb = bytes / 1000;
  process.stdout.write(`${kind}: ${kb.toFixed(1)} kB gzipped, at most ${limit} kB\n`);
  if (kb > limit) process.exitCode = 1;
}
