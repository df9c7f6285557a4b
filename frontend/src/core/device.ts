import type { DeviceState } from "../wire/messages";

/** What a teacher is told about a device's presence. */
export type Presence = "online" | "away" | "lost" | "left" | "never";

export const PRESENCE_WORDS: Readonly<Record<Presence, string>> = {
  online: "Online",
  away: "Away from keyboard",
  lost: "Connection lost",
  left: "Signed off",
  never: "Not seen yet",
};

export function presenceOf(device: DeviceState): Presence {
  return device.connection === "connected" ? device.presence : device.connection;
}

/** The pupil's name, as well as it is known; empty when nobody is signed on. */
export function pupilOf(device: DeviceState): string {
  return device.user_name || device.user;
}

export function deviceNameOf(device: DeviceState): string {
  return device.name || device.device;
}

/** How a person refers to this screen: the pupil, or the device when nobody is signed on. */
export function labelOf(device: DeviceState): string {
  return pupilOf(device) || deviceNameOf(device);
}

/** Active application and window title in one line; empty when nothing is known. */
export function activityOf(device: DeviceState): string {
  return [device.application, device.title].filter((part) => part !== "").join(" – ");
}
