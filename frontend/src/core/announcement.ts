import type { DeviceState } from "../wire/messages";
import { labelOf } from "./device";

/** What changed between two looks at a lesson, in one sentence or two; empty: nothing of note. */
export function announcement(
  before: ReadonlyMap<string, DeviceState>,
  after: ReadonlyMap<string, DeviceState>,
): string {
  const joined: string[] = [];
  const lost: string[] = [];
  for (const [id, device] of after) {
    const was = before.get(id)?.connection === "connected";
    const is = device.connection === "connected";
    if (is && !was) joined.push(labelOf(device));
    if (was && !is) lost.push(labelOf(device));
  }
  for (const [id, device] of before) {
    if (!after.has(id) && device.connection === "connected") lost.push(labelOf(device));
  }
  return [sentence(joined, "connected"), sentence(lost, "no longer connected")]
    .filter((part) => part !== "")
    .join(" ");
}

function sentence(names: readonly string[], what: string): string {
  const [first, second] = names;
  if (first === undefined) return "";
  if (names.length > 2) return `${names.length} devices ${what}.`;
  return `${second === undefined ? first : `${first} and ${second}`} ${what}.`;
}
