import type { ScreenStatus } from "../core/screen";
import { useLessonSession } from "./useLessonSession";
import { useStore } from "./useStore";

/** What this console shows of a device's screen, and how. */
export function useScreenStatus(device: string): ScreenStatus {
  return useStore(useLessonSession().screens.screen(device).status);
}
