import { useAnnouncement } from "../hooks/useAnnouncement";

/** Speaks joins and losses, a few seconds' worth at a time. */
export function Announcer() {
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {useAnnouncement()}
    </div>
  );
}
