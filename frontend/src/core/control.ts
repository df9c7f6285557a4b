import type { DeviceState, Mode } from "../wire/messages";

/** How long a grant of control may take before it counts as refused. */
export const GRANT_MS = 4_000;

/** What became of the wish to control a screen. */
export type Control = "none" | "asking" | "granted" | "lost";

/** Whether the viewer controls the device. `wasGranted`: it did, since it asked. */
export function controlOf(
  mode: Mode,
  device: DeviceState | undefined,
  viewer: string,
  wasGranted: boolean,
): Control {
  if (mode !== "share" && mode !== "control") return "none";
  if (device !== undefined && viewer !== "" && device.controller_viewer === viewer) {
    return "granted";
  }
  return wasGranted ? "lost" : "asking";
}

/**
 * Why this device cannot be controlled in this mode, in plain words; null: it can. `hasPath`:
 * video flows or is being set up, so that input has a way too.
 */
export function controlObstacle(
  mode: Mode,
  device: DeviceState,
  viewer: string,
  hasPath: boolean,
): string | null {
  if (mode !== "share" && mode !== "control") return null;
  if (device.connection !== "connected") return "The device is not connected.";
  if (!device.can_control) return "This device does not let itself be controlled.";
  if (mode === "control" && !device.can_block_input) {
    return "This device cannot block the pupil's own input; share input instead.";
  }
  if (device.controller !== "" && device.controller_viewer !== viewer) {
    return `${device.controller} controls this screen now.`;
  }
  if (!hasPath) return "Without a direct path to this device it can be seen, but not controlled.";
  return null;
}

/** What the pupil's notice says of this teacher; the words are those of endpoint/notice. */
export function pupilSees(mode: Mode, name: string): string {
  const who = `${name} (teacher)`;
  if (mode === "share") return `${who} is using the mouse and keyboard together with you.`;
  if (mode === "control") {
    return `${who} is controlling this computer. Your own keyboard and mouse are paused.`;
  }
  return `${who} is looking at this screen.`;
}
