import { expect, it } from "vitest";
import { monthWords, unknownPercent } from "./uptime";

it("names months in words", () => {
  expect(monthWords("2026-11")).toBe("November 2026");
  expect(monthWords("2027-01")).toBe("January 2027");
});

it("tells which share of the time nobody looked at", () => {
  const uptime = { uptime_percent: 100, target_percent: 99, is_met: true };
  expect(unknownPercent({ ...uptime, up_s: 30, down_s: 0, unknown_s: 70 })).toBe(70);
  expect(unknownPercent({ ...uptime, up_s: 0, down_s: 0, unknown_s: 0 })).toBe(0);
});
