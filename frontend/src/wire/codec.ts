import { decode, encode } from "@msgpack/msgpack";
import {
  type BetweenPeersMessage,
  FRAME_LIMIT,
  type FromConsoleMessage,
  type ToConsoleMessage,
  toConsoleMessage,
} from "./messages";

/** A frame that is not `[type, seq, payload]`, or is larger than the protocol allows. */
export class FrameError extends Error {}

/** One frame. `seq` is the number of the request; 0 means that no answer is wanted. */
export function encodeFrame(
  { type, message }: FromConsoleMessage | BetweenPeersMessage,
  seq = 0,
): Uint8Array<ArrayBuffer> {
  return encode([type, seq, message]);
}

/**
 * The message of a frame from the hub; null when its type is not known to this console.
 * Throws `FrameError` when it is no frame.
 */
export function decodeFrame(frame: ArrayBuffer): ToConsoleMessage | null {
  if (frame.byteLength > FRAME_LIMIT) throw new FrameError("too_large");
  const [type, payload] = readFrame(frame);
  return toConsoleMessage(type, payload);
}

function readFrame(frame: ArrayBuffer): [string, unknown] {
  let value: unknown;
  try {
    value = decode(frame);
  } catch (error) {
    throw new FrameError("malformed", { cause: error });
  }
  if (!Array.isArray(value) || value.length !== 3) throw new FrameError("malformed");
  const [type, seq, payload] = value as [unknown, unknown, unknown];
  if (typeof type !== "string" || typeof seq !== "number" || !isMap(payload)) {
    throw new FrameError("malformed");
  }
  return [type, payload];
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
