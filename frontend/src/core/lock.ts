import type { DeviceState, LockState } from "../wire/messages";

/** How far the lock of one device has come. */
export type LockProgress = "none" | "waiting" | "sent" | "applied" | "refused" | "expired";

export const LOCK_WORDS: Readonly<Record<Exclude<LockProgress, "none">, string>> = {
  waiting: "Lock waits for the device",
  sent: "Lock sent, not confirmed",
  applied: "Locked",
  refused: "Lock refused",
  expired: "Lock ran out",
};

export function lockOf(device: DeviceState): LockProgress {
  if (device.lock === null) return "none";
  return device.lock_state === "" ? "waiting" : device.lock_state;
}

/** How many of the devices that a lock is wanted for say that they have it. */
export function lockCount(devices: Iterable<DeviceState>): { wanted: number; applied: number } {
  let wanted = 0;
  let applied = 0;
  for (const device of devices) {
    const progress = lockOf(device);
    if (progress !== "none") wanted += 1;
    if (progress === "applied") applied += 1;
  }
  return { wanted, applied };
}

/** The earliest end of the locks that have a countdown; null when none has. */
export function nextUnlockMs(locks: readonly LockState[]): number | null {
  const ends = locks.flatMap((lock) => (lock.ends_at_ms === null ? [] : [lock.ends_at_ms]));
  return ends.length === 0 ? null : Math.min(...ends);
}
