import { useEffect, useState } from "react";
import { useLessonSession } from "./useLessonSession";
import { useStore } from "./useStore";

/** Whole seconds until a time of the hub's clock; null while there is no such time. */
export function useSecondsLeft(endsAtMs: number | null): number | null {
  const link = useStore(useLessonSession().socket.link);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (endsAtMs === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [endsAtMs]);
  if (endsAtMs === null) return null;
  const hubNow = now + (link.state === "open" ? link.clockAheadMs : 0);
  return Math.max(0, Math.round((endsAtMs - hubNow) / 1000));
}
