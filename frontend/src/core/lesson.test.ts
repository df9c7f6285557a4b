import { describe, expect, it } from "vitest";
import type { LessonState } from "../wire/messages";
import { fromSnapshot, withChanges } from "./lesson";
import { deviceWith } from "./testDevice";

const state: LessonState = {
  lesson: "l1",
  class_id: "9b",
  class_name: "9B Science",
  site: "north",
  started_at_ms: 1,
  teachers: ["Ms Byrne"],
  locks: [],
  ended: false,
};
const view = fromSnapshot({
  lesson: "l1",
  cursor: "5",
  state,
  devices: [deviceWith({ device: "pc-1", title: "a" }), deviceWith({ device: "pc-2" })],
});
const nothing = { lesson: "l1", cursor: "6", devices: [], lesson_state: null, removed: [] };

describe("withChanges", () => {
  it("changes only the fields that are named, also back to their defaults", () => {
    const after = withChanges(view, {
      ...nothing,
      devices: [{ device: "pc-1", title: "", connection: "connected" }],
    });
    expect(after.devices.get("pc-1")).toEqual({
      ...view.devices.get("pc-1"),
      title: "",
      connection: "connected",
    });
    expect(after.cursor).toBe("6");
  });

  it("leaves other devices the same objects, so that their tiles need no work", () => {
    const after = withChanges(view, { ...nothing, devices: [{ device: "pc-1", title: "b" }] });
    expect(after.devices.get("pc-2")).toBe(view.devices.get("pc-2"));
    expect(view.devices.get("pc-1")?.title).toBe("a");
  });

  it("takes in a device that joins, with everything not said unknown", () => {
    const after = withChanges(view, { ...nothing, devices: [{ device: "pc-3", name: "PC 3" }] });
    expect(after.devices.get("pc-3")).toMatchObject({
      name: "PC 3",
      connection: "never",
      lock: null,
    });
  });

  it("lets go of a device that left, and takes a new state of the lesson whole", () => {
    const after = withChanges(view, {
      ...nothing,
      removed: ["pc-2"],
      lesson_state: { ...state, teachers: ["Ms Byrne", "Mr Holt"] },
    });
    expect([...after.devices.keys()]).toEqual(["pc-1"]);
    expect(after.state.teachers).toEqual(["Ms Byrne", "Mr Holt"]);
  });
});
