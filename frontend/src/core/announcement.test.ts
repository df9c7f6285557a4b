import { describe, expect, it } from "vitest";
import type { DeviceState } from "../wire/messages";
import { announcement } from "./announcement";
import { deviceWith } from "./testDevice";

function devices(...connections: DeviceState["connection"][]): Map<string, DeviceState> {
  const names = ["Ada", "Ben", "Cai", "Dee"];
  return new Map(
    connections.map((connection, index) => {
      const device = `d${index}`;
      return [device, deviceWith({ device, user_name: names[index] ?? "", connection })];
    }),
  );
}

describe("announcement", () => {
  it.each([
    ["nothing of note", devices("connected", "never"), devices("connected", "never"), ""],
    ["one that joins", devices("never"), devices("connected"), "Ada connected."],
    ["two that joined", devices(), devices("connected", "connected"), "Ada and Ben connected."],
    ["one that is lost", devices("connected"), devices("lost"), "Ada no longer connected."],
    ["one that left the lesson", devices("connected"), devices(), "Ada no longer connected."],
    [
      "many, by number",
      devices("connected", "connected", "connected", "lost"),
      devices("lost", "left", "lost", "connected"),
      "Dee connected. 3 devices no longer connected.",
    ],
  ])("says %s", (_, before, after, expected) => {
    expect(announcement(before, after)).toBe(expected);
  });
});
