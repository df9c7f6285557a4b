import { expect, it } from "vitest";
import { clockText } from "./duration";

it.each([
  [0, "0:00"],
  [65, "1:05"],
  [600, "10:00"],
  [3_723, "1:02:03"],
])("%i seconds are %s", (seconds, expected) => {
  expect(clockText(seconds)).toBe(expected);
});
