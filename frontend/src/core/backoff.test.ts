import { expect, it } from "vitest";
import { Backoff } from "./backoff";

it("doubles up to its bound, never waits nothing, and begins anew after success", () => {
  const most = new Backoff(500, 4_000, () => 1);
  expect([1, 2, 3, 4, 5].map(() => most.next())).toEqual([500, 1_000, 2_000, 4_000, 4_000]);
  most.reset();
  expect(most.next()).toBe(500);
  expect(new Backoff(500, 4_000, () => 0).next()).toBe(50);
});
