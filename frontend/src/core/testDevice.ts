import type { DeviceState } from "../wire/messages";
import { fromSnapshot, withChanges } from "./lesson";

/** A device as a test needs it; what is not given is as unknown as can be. */
export function deviceWith(part: Partial<DeviceState> & { device: string }): DeviceState {
  const state = {
    lesson: "l1",
    class_id: "9b",
    class_name: "9B",
    site: "north",
    started_at_ms: 0,
    teachers: [],
    locks: [],
    ended: false,
  };
  const empty = fromSnapshot({ lesson: "l1", cursor: "0", state, devices: [] });
  const changed = { lesson: "l1", cursor: "1", devices: [part], lesson_state: null, removed: [] };
  const device = withChanges(empty, changed).devices.get(part.device);
  if (device === undefined) throw new Error("no device");
  return device;
}
