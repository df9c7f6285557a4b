import type { ReactNode } from "react";
import { useLessonFollowing } from "../hooks/useLessonFollowing";
import { LessonContext } from "../hooks/useLessonSession";
import { Announcer } from "./Announcer";
import { LinkBanner } from "./LinkBanner";
import { Loading } from "./Loading";

interface LessonFrameProps {
  readonly lesson: string;
  readonly children: ReactNode;
}

/** Follows a lesson for the pages inside, and says when that does not work. */
export function LessonFrame({ lesson, children }: LessonFrameProps) {
  const session = useLessonFollowing(lesson);
  if (session === null) return <Loading what="Opening the lesson" />;
  return (
    <LessonContext value={session}>
      <LinkBanner />
      {children}
      <Announcer />
    </LessonContext>
  );
}
