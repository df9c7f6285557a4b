import type { DeviceState } from "../wire/messages";
import { activityOf, deviceNameOf, labelOf, type Presence, presenceOf, pupilOf } from "./device";

export type TileOrder = "name" | "device" | "state" | "application";

export const TILE_ORDERS: readonly { readonly value: TileOrder; readonly label: string }[] = [
  { value: "name", label: "Pupil" },
  { value: "device", label: "Device" },
  { value: "state", label: "State" },
  { value: "application", label: "Application" },
];

/** What needs a teacher's eye comes first. */
const PRESENCE_RANK: Readonly<Record<Presence, number>> = {
  lost: 0,
  left: 1,
  away: 2,
  online: 3,
  never: 4,
};

const text = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" });

/** Devices in the order asked for; ties by label, then by id, so that tiles never jump about. */
export function sortTiles(devices: Iterable<DeviceState>, order: TileOrder): DeviceState[] {
  const compare = COMPARE[order];
  return [...devices].sort(
    (a, b) =>
      compare(a, b) || text.compare(labelOf(a), labelOf(b)) || (a.device < b.device ? -1 : 1),
  );
}

const COMPARE: Readonly<Record<TileOrder, (a: DeviceState, b: DeviceState) => number>> = {
  name: (a, b) => emptyLast(pupilOf(a), pupilOf(b)),
  device: (a, b) => text.compare(deviceNameOf(a), deviceNameOf(b)),
  state: (a, b) => PRESENCE_RANK[presenceOf(a)] - PRESENCE_RANK[presenceOf(b)],
  application: (a, b) => emptyLast(a.application, b.application),
};

function emptyLast(a: string, b: string): number {
  if (a === "" || b === "") return Number(a === "") - Number(b === "");
  return text.compare(a, b);
}

/** Devices whose pupil, device, application or title holds every word of the search. */
export function filterTiles(devices: readonly DeviceState[], search: string): DeviceState[] {
  const words = search.toLocaleLowerCase("en-GB").split(/\s+/).filter(Boolean);
  return devices.filter((device) => {
    const held = [device.user_name, device.user, deviceNameOf(device), activityOf(device)]
      .join(" ")
      .toLocaleLowerCase("en-GB");
    return words.every((word) => held.includes(word));
  });
}

/** The tile that an arrow key leads to, in a grid read row by row. */
export function tileAfterKey(index: number, key: string, columns: number, count: number): number {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (step === undefined) return index;
  const next = index + step;
  return next < 0 || next >= count ? index : next;
}
