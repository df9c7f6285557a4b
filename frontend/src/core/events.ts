import { ask, pathOf } from "./rest";

/** Something that a device reported and that the server stored. */
export interface DeviceEvent {
  readonly position: number;
  readonly device: string;
  readonly epoch: string;
  readonly seq: number;
  readonly kind: string;
  readonly user: string;
  readonly lesson: string;
  readonly at_ms: number;
  readonly received_at_ms: number;
  readonly subject: string;
  readonly detail: string;
}

export interface EventFilter {
  readonly device: string;
  readonly kind: string;
}

export interface EventPage {
  readonly events: readonly DeviceEvent[];
  readonly next: number | null;
}

export const EVENT_KINDS: Readonly<Record<string, string>> = {
  signed_on: "Signed on",
  signed_off: "Signed off",
  order_applied: "Lock applied",
  order_refused: "Lock refused by the device",
  order_released: "Lock released",
  order_expired: "Lock ended by itself",
  agent_started: "Agent started",
  notice_ended: "Notice to the pupil was ended",
  capture_failed: "Screen could not be shown",
  outbox_dropped: "Messages lost on the device",
  clock_changed: "Device clock changed",
};

/** The kind in words; one that this console does not know as it is. */
export function eventWords(kind: string): string {
  return EVENT_KINDS[kind] ?? kind.replaceAll("_", " ");
}

/** One page of a site's events, the newest first, after the end of the page before. */
export async function readEvents(
  site: string,
  filter: EventFilter,
  after: number,
): Promise<EventPage> {
  const query = new URLSearchParams({ ...filter, order: "newest", after: String(after) });
  return ask<EventPage>("GET", `/api/sites/${pathOf(site)}/events?${query}`);
}

/** Where the whole of it is as a table to download. */
export function eventsCsv(site: string, filter: EventFilter): string {
  return `/api/sites/${pathOf(site)}/events.csv?${new URLSearchParams({ ...filter })}`;
}
