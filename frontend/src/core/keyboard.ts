import type { KeyChanged } from "../wire/messages";

type KeyEvent = Pick<KeyboardEvent, "code" | "key" | "repeat" | "ctrlKey" | "altKey" | "shiftKey">;

const CHORD_KEYS = new Set(["Control", "Alt", "Shift"]);

/** Ctrl+Alt+Shift held together, and nothing else: the way out of controlling a screen. */
export function isWayOut(event: KeyEvent): boolean {
  return event.ctrlKey && event.altKey && event.shiftKey && CHORD_KEYS.has(event.key);
}

/** What the device is told; null for what it need not know (it repeats held keys by itself). */
export function keyChange(event: KeyEvent, down: boolean): KeyChanged | null {
  if (event.repeat || event.key === "" || event.key.length > 32) return null;
  return { code: event.code, key: event.key, down };
}
