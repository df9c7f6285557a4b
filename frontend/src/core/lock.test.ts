import { describe, expect, it } from "vitest";
import { lockCount, lockOf, nextUnlockMs } from "./lock";
import { deviceWith } from "./testDevice";

const device = deviceWith({ device: "d1" });

describe("locks", () => {
  it("tells a lock that is on from one that is only wanted", () => {
    expect(lockOf(device)).toBe("none");
    expect(lockOf({ ...device, lock: "k1" })).toBe("waiting");
    expect(lockOf({ ...device, lock: "k1", lock_state: "applied" })).toBe("applied");
  });

  it("counts only what devices have confirmed", () => {
    const states = ["applied", "sent", "refused", ""] as const;
    const devices = states.map((lock_state) => ({ ...device, lock: "k1", lock_state }));
    expect(lockCount([...devices, device])).toEqual({ wanted: 4, applied: 1 });
  });

  it("finds the earliest end", () => {
    const lock = { id: "k", devices: [], except_devices: [], message: "", issued_by: "" };
    expect(nextUnlockMs([{ ...lock, ends_at_ms: null }])).toBeNull();
    expect(
      nextUnlockMs([
        { ...lock, ends_at_ms: 9 },
        { ...lock, ends_at_ms: 5 },
      ]),
    ).toBe(5);
  });
});
