import { useEffect, useState } from "react";
import { LessonSession } from "../core/lessonSession";

/** Follow a lesson for as long as the page is open; null at the very first. */
export function useLessonFollowing(lesson: string): LessonSession | null {
  const [session, setSession] = useState<LessonSession | null>(null);
  useEffect(() => {
    const followed = new LessonSession(lesson);
    const retry = () => followed.socket.retry();
    followed.open();
    setSession(followed);
    window.addEventListener("online", retry);
    return () => {
      window.removeEventListener("online", retry);
      followed.dispose();
    };
  }, [lesson]);
  return session;
}
