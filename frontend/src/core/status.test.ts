import { expect, it } from "vitest";
import { type ServerStatus, troubleOf } from "./status";

const WELL = {
  state: "ok",
  detail: "",
  asked_at_ms: 1,
  shards: [{ name: "pool-0", is_up: true, queue: 0, restarts: 0 }],
  archivist: { is_up: true },
} as unknown as ServerStatus;

it("finds no trouble where every part answers", () => {
  expect(troubleOf(WELL)).toBe("");
});

it("says what the server says of itself first", () => {
  expect(troubleOf({ ...WELL, state: "degraded", detail: "Locks wait." })).toBe("Locks wait.");
});

it("names the parts that did not answer", () => {
  const shards = [{ name: "pool-1", is_up: false, queue: 3, restarts: 0 }];
  const archivist = { is_up: false };
  expect(troubleOf({ ...WELL, shards, archivist })).toBe(
    "No answer a moment ago: pool-1, archivist.",
  );
});
