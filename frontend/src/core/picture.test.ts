import { expect, it } from "vitest";
import type { ScreenPicture } from "../wire/messages";
import { PictureDecoder } from "./picture";

it("decodes one picture at a time and skips those that were overtaken or damaged", async () => {
  const shown: number[] = [];
  const decoded: number[] = [];
  const decoder = new PictureDecoder(
    (_, { at_ms }) => shown.push(at_ms),
    async (jpeg) => {
      decoded.push(jpeg[0] ?? -1);
      await Promise.resolve();
      if (jpeg[0] === 3) throw new Error("damaged");
      return {} as ImageBitmap;
    },
  );
  const take = (at_ms: number) =>
    decoder.take({
      device: "d1",
      monitor: 0,
      width: 1,
      height: 1,
      jpeg: Uint8Array.of(at_ms),
      at_ms,
    } satisfies ScreenPicture);
  take(0);
  take(1);
  take(2);
  await new Promise((resolve) => setTimeout(resolve));
  expect(decoded).toEqual([0, 2]);
  take(3);
  await new Promise((resolve) => setTimeout(resolve));
  take(4);
  await new Promise((resolve) => setTimeout(resolve));
  expect(shown).toEqual([0, 2, 4]);
});
