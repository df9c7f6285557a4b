import { decode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import vectors from "../../../tests/vectors/frames.json";
import { decodeFrame, encodeFrame, FrameError } from "./codec";
import { FRAME_LIMIT, type FromConsoleMessage } from "./messages";

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A vector's value, with byte strings as the decoder gives them. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const hex = (value as { hex?: unknown }).hex;
  if (typeof hex === "string") return bytes(hex);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

const of = (...catalogues: string[]) =>
  vectors
    .filter(({ catalogue }) => catalogues.includes(catalogue))
    .map((each) => [each.name, each] as const);

describe("golden frames", () => {
  it.each(of("TO_CONSOLE"))("to a console: %s is understood", (_, vector) => {
    const decoded = decodeFrame(bytes(vector.hex).buffer);
    expect(decoded?.type).toBe(vector.type);
    expect(decoded?.message).toMatchObject(plain(vector.value) as object);
  });

  it.each(of("FROM_CONSOLE", "BETWEEN_PEERS"))("from a console: %s is written", (_, vector) => {
    const message = { type: vector.type, message: plain(vector.value) } as FromConsoleMessage;
    expect(decode(encodeFrame(message, vector.seq))).toEqual(decode(bytes(vector.hex)));
  });

  it("fills in what a snapshot leaves out", () => {
    const least = vectors.find(({ name }) => name === "snapshot, least");
    const decoded = decodeFrame(bytes(least?.hex ?? "").buffer);
    expect(decoded).toMatchObject({ message: { state: { locks: [], ended: false } } });
  });
});

describe("what is no frame", () => {
  it.each([
    ["nothing", ""],
    ["a cut frame", "93a8616e73776572"],
    ["a map", "80"],
    ["two parts", "92a8616e7377657265640a"],
    ["a payload that is no map", "93a8616e737765726564001a"],
    ["a type that is no text", "93010080"],
  ])("%s is refused", (_, hex) => {
    expect(() => decodeFrame(bytes(hex).buffer)).toThrow(FrameError);
  });

  it("what is too large is refused before it is read", () => {
    expect(() => decodeFrame(new ArrayBuffer(FRAME_LIMIT + 1))).toThrow("too_large");
  });

  it("a type that only a newer hub knows is passed over", () => {
    expect(decodeFrame(bytes("93a36e65770080").buffer)).toBeNull();
  });
});
