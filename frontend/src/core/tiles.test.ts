import { describe, expect, it } from "vitest";
import { deviceWith } from "./testDevice";
import { filterTiles, sortTiles, type TileOrder, tileAfterKey } from "./tiles";

const devices = [
  deviceWith({
    device: "d1",
    name: "PC 10",
    user_name: "zoë",
    application: "Writer",
    connection: "connected",
  }),
  deviceWith({ device: "d2", name: "PC 9", user_name: "Ada", connection: "lost" }),
  deviceWith({ device: "d3", name: "PC 2", connection: "never" }),
  deviceWith({
    device: "d4",
    name: "PC 1",
    user_name: "Ben",
    application: "Firefox",
    title: "Rivers",
    connection: "connected",
    presence: "away",
  }),
];
const ids = (found: readonly { device: string }[]) => found.map(({ device }) => device).join(" ");

describe("sortTiles", () => {
  it.each<[TileOrder, string]>([
    ["name", "d2 d4 d1 d3"],
    ["device", "d4 d3 d2 d1"],
    ["state", "d2 d4 d1 d3"],
    ["application", "d4 d1 d2 d3"],
  ])("by %s", (order, expected) => {
    expect(ids(sortTiles(devices, order))).toBe(expected);
    expect(ids(sortTiles([...devices].reverse(), order))).toBe(expected);
  });
});

describe("filterTiles", () => {
  it.each([
    ["", "d1 d2 d3 d4"],
    ["ADA", "d2"],
    ["pc 1", "d1 d4"],
    ["rivers fire", "d4"],
    ["nobody", ""],
  ])("%j finds %j", (search, expected) => {
    expect(ids(filterTiles(devices, search))).toBe(expected);
  });
});

describe("tileAfterKey", () => {
  it.each([
    [0, "ArrowRight", 1],
    [0, "ArrowLeft", 0],
    [1, "ArrowDown", 5],
    [7, "ArrowDown", 7],
    [5, "ArrowUp", 1],
    [5, "Home", 0],
    [5, "End", 9],
    [5, "a", 5],
  ])("from %i by %s to %i, in four columns of ten tiles", (from, key, to) => {
    expect(tileAfterKey(from, key, 4, 10)).toBe(to);
  });
});
