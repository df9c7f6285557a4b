// Fails when what browsers have to fetch grows past the budget. Run after the build.
// `first` is what every page needs; pages for admins and technicians are fetched when opened.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMITS_KB = { first: 225, js: 270, css: 40 };
const dist = new URL("../dist/", import.meta.url);
const index = readFileSync(new URL("index.html", dist), "utf8");
const assets = readdirSync(new URL("assets/", dist));

const files = {
  first: assets.filter((name) => name.endsWith(".js") && index.includes(name)),
  js: assets.filter((name) => name.endsWith(".js")),
  css: assets.filter((name) => name.endsWith(".css")),
};

for (const [kind, limit] of Object.entries(LIMITS_KB)) {
  const bytes = files[kind]
    .map((name) => gzipSync(readFileSync(new URL(`assets/${name}`, dist))).length)
    .reduce((sum, size) => sum + size, 0);
  const kb = bytes / 1000;
  process.stdout.write(`${kind}: ${kb.toFixed(1)} kB gzipped, at most ${limit} kB\n`);
  if (kb > limit) process.exitCode = 1;
}
