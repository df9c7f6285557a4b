import { useEffect, useRef, useState } from "react";
import { announcement } from "../core/announcement";
import type { DeviceState } from "../wire/messages";
import { useLessonSession } from "./useLessonSession";

const GATHER_MS = 4_000;

/** Joins and losses of the last seconds in one sentence, for those who do not see the tiles. */
export function useAnnouncement(): string {
  const { view } = useLessonSession();
  const [text, setText] = useState("");
  const said = useRef<ReadonlyMap<string, DeviceState> | null>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      const now = view.get()?.devices ?? null;
      if (now === said.current) return;
      const news = said.current === null || now === null ? "" : announcement(said.current, now);
      said.current = now;
      if (news !== "") setText(news);
    }, GATHER_MS);
    return () => clearInterval(timer);
  }, [view]);
  return text;
}
