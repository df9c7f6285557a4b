import { ask } from "./rest";

export interface DayCount {
  /** As in 2026-11-22, UTC. */
  readonly day: string;
  readonly count: number;
}

/** One site as the trust sees it. Figures of now are null where they cannot be known. */
export interface SiteOverview {
  readonly id: string;
  readonly name: string;
  readonly devices: number;
  readonly connected: number | null;
  readonly signed_on: number | null;
  readonly lessons: number | null;
  readonly in_lesson: number | null;
  readonly degraded: boolean;
  readonly days: readonly DayCount[];
}

export interface TrustOverview {
  readonly since: string;
  readonly sites: readonly SiteOverview[];
}

export const TREND_DAYS = 28;

export async function readOverview(): Promise<TrustOverview> {
  return ask<TrustOverview>("GET", `/api/trust/overview?by=day&days=${TREND_DAYS}`);
}

export const COLUMNS = ["name", "devices", "connected", "signed_on", "lessons", "events"] as const;
export type Column = (typeof COLUMNS)[number];

/** The counts of `TREND_DAYS` days, oldest first, with a zero where nothing came. */
export function trendOf(site: SiteOverview, since: string): number[] {
  const counts = new Map(site.days.map(({ day, count }) => [day, count]));
  const first = Date.parse(`${since}T00:00:00Z`);
  return Array.from({ length: TREND_DAYS }, (_, index) => {
    const day = new Date(first + index * 86_400_000).toISOString().slice(0, 10);
    return counts.get(day) ?? 0;
  });
}

export function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}

/** Sites whose name holds the text, by a column; what is unknown comes last either way. */
export function arranged(
  { sites, since }: TrustOverview,
  text: string,
  column: Column,
  isDescending: boolean,
): SiteOverview[] {
  const wanted = text.trim().toLocaleLowerCase("en-GB");
  const found = sites.filter(({ name }) => name.toLocaleLowerCase("en-GB").includes(wanted));
  const sign = isDescending ? -1 : 1;
  const value = (site: SiteOverview) =>
    column === "events" ? sum(trendOf(site, since)) : column === "name" ? 0 : site[column];
  return found.sort((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === other) return (column === "name" ? sign : 1) * byName(a, b);
    if (one === null) return 1;
    if (other === null) return -1;
    return sign * (one - other);
  });
}

/** A figure over all sites, and whether some site's is unknown. */
export function total(
  sites: readonly SiteOverview[],
  column: "devices" | "connected" | "signed_on" | "lessons",
): { readonly count: number; readonly isPartial: boolean } {
  return {
    count: sum(sites.map((site) => site[column] ?? 0)),
    isPartial: sites.some((site) => site[column] === null),
  };
}

/** `School 2` comes before `School 10`. */
function byName(a: SiteOverview, b: SiteOverview): number {
  return a.name.localeCompare(b.name, "en-GB", { numeric: true });
}
