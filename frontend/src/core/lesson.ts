import type { Changed, DeviceState, LessonState, Snapshot } from "../wire/messages";

/** Everything that this console knows of a lesson at one cursor. */
export interface LessonView {
  readonly cursor: string;
  readonly state: LessonState;
  readonly devices: ReadonlyMap<string, DeviceState>;
}

const UNKNOWN_DEVICE: Omit<DeviceState, "device"> = {
  name: "",
  connection: "never",
  presence: "online",
  user: "",
  user_name: "",
  application: "",
  title: "",
  monitors: [],
  incomplete: [],
  can_control: false,
  can_block_input: false,
  lock: null,
  lock_state: "",
  controller: "",
  controller_viewer: "",
  viewers: 0,
  duplicate: false,
  clock_skew_s: 0,
  epoch: "",
  seq: 0,
  at_ms: 0,
};

/** The view that a snapshot gives. */
export function fromSnapshot({ cursor, state, devices }: Snapshot): LessonView {
  return { cursor, state, devices: new Map(devices.map((device) => [device.device, device])) };
}

/** The view after a change; devices that did not change stay the same objects. */
export function withChanges(view: LessonView, changed: Changed): LessonView {
  const devices = new Map(view.devices);
  for (const patch of changed.devices) {
    const before = devices.get(patch.device) ?? UNKNOWN_DEVICE;
    devices.set(patch.device, { ...before, ...patch });
  }
  for (const device of changed.removed) devices.delete(device);
  return { cursor: changed.cursor, state: changed.lesson_state ?? view.state, devices };
}
