import type { DeviceState } from "../wire/messages";
import { useLessonSession } from "./useLessonSession";
import { useStore } from "./useStore";

/** What is known of one device of the lesson. */
export function useDevice(device: string): DeviceState | undefined {
  return useStore(useLessonSession().view)?.devices.get(device);
}
