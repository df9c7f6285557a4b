import { useLessonSession } from "./useLessonSession";
import { useStore } from "./useStore";

/** The name under which devices know this console; empty while there is no connection. */
export function useViewer(): string {
  const link = useStore(useLessonSession().socket.link);
  return link.state === "open" ? link.welcome.viewer : "";
}
