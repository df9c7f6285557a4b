import { createContext, useContext } from "react";
import type { LessonSession } from "../core/lessonSession";

export const LessonContext = createContext<LessonSession | null>(null);

/** The lesson that this page belongs to; only inside `LessonPage`. */
export function useLessonSession(): LessonSession {
  const session = useContext(LessonContext);
  if (session === null) throw new Error("Use this inside LessonPage.");
  return session;
}
