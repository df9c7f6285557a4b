import type { IncompleteReason } from "../wire/messages";

const WORDS: Readonly<Record<IncompleteReason, string>> = {
  wayland: "This desktop (Wayland) lets Formroom see only part of the screen.",
  virtual_desktops: "The pupil has more than one virtual desktop; only the active one is seen.",
  second_session: "Somebody else is signed on to this device as well; that session is not seen.",
  capture_blocked: "A window on this device is hidden from screen capture.",
  capture_failed: "The screen cannot be captured at present.",
};

/** Why a view is incomplete, in plain words; empty when it is complete. */
export function incompleteWords(reasons: readonly IncompleteReason[]): string {
  return reasons.map((reason) => WORDS[reason] ?? "Part of this screen cannot be seen.").join(" ");
}
