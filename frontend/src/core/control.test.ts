import { describe, expect, it } from "vitest";
import { controlObstacle, controlOf } from "./control";
import { deviceWith } from "./testDevice";

const able = deviceWith({
  device: "d1",
  connection: "connected",
  can_control: true,
  can_block_input: true,
});
const taken = { ...able, controller: "Mr Holt", controller_viewer: "v2" };

describe("controlOf", () => {
  it("asks until the device names this viewer, and notices when it no longer does", () => {
    expect(controlOf("view", able, "v1", false)).toBe("none");
    expect(controlOf("share", able, "v1", false)).toBe("asking");
    expect(controlOf("share", { ...able, controller_viewer: "v1" }, "v1", false)).toBe("granted");
    expect(controlOf("share", taken, "v1", false)).toBe("asking");
    expect(controlOf("control", taken, "v1", true)).toBe("lost");
  });

  it("grants nothing without a connection to the hub", () => {
    expect(controlOf("share", able, "", false)).toBe("asking");
  });
});

describe("controlObstacle", () => {
  it("finds none where control is possible, or already one's own", () => {
    expect(controlObstacle("control", able, "v1", true)).toBeNull();
    expect(controlObstacle("control", taken, "v2", true)).toBeNull();
    expect(controlObstacle("view", { ...able, connection: "lost" }, "v1", false)).toBeNull();
  });

  it("says who controls the screen", () => {
    expect(controlObstacle("share", taken, "v1", true)).toBe("Mr Holt controls this screen now.");
  });

  it("says what the device cannot do", () => {
    const cannotBlock = { ...able, can_block_input: false };
    expect(controlObstacle("share", cannotBlock, "v1", true)).toBeNull();
    expect(controlObstacle("control", cannotBlock, "v1", true)).toContain("cannot block");
    expect(controlObstacle("share", { ...able, can_control: false }, "v1", true)).toContain(
      "not let",
    );
    expect(controlObstacle("share", { ...able, connection: "lost" }, "v1", true)).toContain(
      "not connected",
    );
    expect(controlObstacle("share", able, "v1", false)).toContain("direct path");
  });
});
