import { expect, it } from "vitest";
import { aboutSeconds, clockText, dayAndTime } from "./duration";

it.each([
  [0, "0:00"],
  [65, "1:05"],
  [600, "10:00"],
  [3_723, "1:02:03"],
])("%i seconds are %s", (seconds, expected) => {
  expect(clockText(seconds)).toBe(expected);
});

it.each([
  [0, "0 s"],
  [1.44, "1.4 s"],
  [59.6, "60 s"],
  [180, "3 min"],
  [7_200, "2 h"],
  [259_200, "3 days"],
])("%d seconds are about %s", (seconds, expected) => {
  expect(aboutSeconds(seconds)).toBe(expected);
});

it("names no day for a moment that no calendar has", () => {
  expect(dayAndTime(2 ** 62)).toBe("unknown");
  expect(dayAndTime(1_800_000_000_000)).toMatch(/15 Jan 2027/);
});
