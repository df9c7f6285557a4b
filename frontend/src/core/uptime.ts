import { ask } from "./rest";

/** How well the server served in one kind of hours of a month. */
export interface Uptime {
  /** Of the time that is known; null: nothing is. */
  readonly uptime_percent: number | null;
  readonly target_percent: number;
  readonly is_met: boolean | null;
  readonly up_s: number;
  readonly down_s: number;
  readonly unknown_s: number;
}

export interface UptimeMonth {
  /** As in 2026-11. */
  readonly month: string;
  readonly probe: string;
  readonly all: Uptime;
  readonly school: Uptime;
}

export interface UptimeHistory {
  readonly now_ms: number;
  readonly school_hours: string;
  readonly time_zone: string;
  readonly months: readonly UptimeMonth[];
  readonly probes: readonly {
    readonly probe: string;
    readonly at_ms: number;
    readonly outcome: string;
    readonly seen_ms: number | null;
  }[];
  readonly failures: readonly {
    readonly probe: string;
    readonly at_ms: number;
    readonly outcome: string;
  }[];
}

export const OUTCOMES: Readonly<Record<string, string>> = {
  up: "Up",
  late: "Seen late",
  down: "Down",
};

export async function readUptime(): Promise<UptimeHistory> {
  return ask<UptimeHistory>("GET", "/api/status/uptime?months=12");
}

/** `November 2026` */
export function monthWords(month: string): string {
  const [year, number] = month.split("-").map(Number);
  const date = new Date(Date.UTC(year ?? 0, (number ?? 1) - 1, 1));
  return new Intl.DateTimeFormat("en-GB", {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(date);
}

/** The share of the hours that nobody looked at, in per cent. */
export function unknownPercent({ up_s, down_s, unknown_s }: Uptime): number {
  const all = up_s + down_s + unknown_s;
  return all === 0 ? 0 : (100 * unknown_s) / all;
}
