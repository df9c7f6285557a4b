import { describe, expect, it } from "vitest";
import { arranged, type SiteOverview, sum, TREND_DAYS, total, trendOf } from "./trust";

function site(id: string, facts: Partial<SiteOverview> = {}): SiteOverview {
  return {
    id,
    name: `School ${id}`,
    devices: 10,
    connected: 1,
    signed_on: 1,
    lessons: 0,
    in_lesson: 0,
    degraded: false,
    days: [],
    ...facts,
  };
}

const since = "2026-02-20";

describe("the trend of a site", () => {
  it("has a place for every day, also where nothing came, and over the end of a month", () => {
    const days = [
      { day: "2026-02-20", count: 3 },
      { day: "2026-03-01", count: 5 },
    ];
    const trend = trendOf(site("a", { days }), since);
    expect(trend).toHaveLength(TREND_DAYS);
    expect([trend[0], trend[9], sum(trend)]).toEqual([3, 5, 8]);
  });
});

describe("the table of sites", () => {
  const sites = [
    site("b", { connected: 5 }),
    site("a", { connected: null, degraded: true }),
    site("c", { connected: 9, days: [{ day: since, count: 4 }] }),
    site("d", { connected: 5 }),
  ];
  const ids = (...order: Parameters<typeof arranged> extends [unknown, ...infer R] ? R : never) =>
    arranged({ since, sites }, ...order).map(({ id }) => id);

  it("is arranged by any column, the unknown last, equals by name", () => {
    expect(ids("", "name", false)).toEqual(["a", "b", "c", "d"]);
    expect(ids("", "name", true)).toEqual(["d", "c", "b", "a"]);
    expect(ids("", "connected", true)).toEqual(["c", "b", "d", "a"]);
    expect(ids("", "connected", false)).toEqual(["b", "d", "c", "a"]);
    expect(ids("", "events", true)[0]).toBe("c");
  });

  it("is searched by a part of the name in any case", () => {
    expect(ids(" SCHOOL C ", "name", false)).toEqual(["c"]);
    expect(ids("nowhere", "name", false)).toEqual([]);
  });

  it("says of a sum that a part of it is unknown", () => {
    expect(total(sites, "connected")).toEqual({ count: 19, isPartial: true });
    expect(total(sites, "devices")).toEqual({ count: 40, isPartial: false });
  });
});
