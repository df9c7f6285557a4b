import { describe, expect, it } from "vitest";
import { buttonNumber, positionIn, WheelNotches } from "./pointer";

const box = { left: 100, top: 50, width: 400, height: 400 };
const wide = { width: 1600, height: 800 };

describe("positionIn", () => {
  it("finds places on a picture that has bars above and below", () => {
    expect(positionIn(box, wide, { x: 300, y: 250 }, false)).toEqual({ x: 0.5, y: 0.5 });
    expect(positionIn(box, wide, { x: 100, y: 150 }, false)).toEqual({ x: 0, y: 0 });
    expect(positionIn(box, wide, { x: 500, y: 350 }, false)).toEqual({ x: 1, y: 1 });
  });

  it("finds places on a picture that has bars beside it", () => {
    const tall = { width: 800, height: 1600 };
    expect(positionIn(box, tall, { x: 250, y: 250 }, false)).toEqual({ x: 0.25, y: 0.5 });
  });

  it("finds nothing on the bars, unless a drag has to end somewhere", () => {
    expect(positionIn(box, wide, { x: 300, y: 60 }, false)).toBeNull();
    expect(positionIn(box, wide, { x: 300, y: 60 }, true)).toEqual({ x: 0.5, y: 0 });
    expect(positionIn(box, wide, { x: 900, y: 250 }, true)).toEqual({ x: 1, y: 0.5 });
  });

  it("finds nothing before the first picture", () => {
    expect(positionIn(box, { width: 0, height: 0 }, { x: 300, y: 250 }, true)).toBeNull();
  });
});

describe("buttons and wheel", () => {
  it.each([
    [0, 1],
    [1, 2],
    [2, 3],
    [4, 5],
    [5, null],
    [-1, null],
  ])("the browser's button %i is the protocol's %j", (browser, wire) => {
    expect(buttonNumber(browser)).toBe(wire);
  });

  it("adds small steps up to whole notches and keeps the rest", () => {
    const notches = new WheelNotches();
    const step = { deltaX: 0, deltaY: 40, deltaMode: 0 };
    expect(notches.add(step)).toEqual({ dx: 0, dy: 0 });
    expect(notches.add(step)).toEqual({ dx: 0, dy: 0 });
    expect(notches.add(step)).toEqual({ dx: 0, dy: 1 });
    expect(notches.add({ deltaX: -300, deltaY: 0, deltaMode: 0 })).toEqual({ dx: -3, dy: 0 });
  });

  it("understands lines and pages, and never sends more than the protocol allows", () => {
    expect(new WheelNotches().add({ deltaX: 0, deltaY: 3, deltaMode: 1 })).toEqual({
      dx: 0,
      dy: 1,
    });
    expect(new WheelNotches().add({ deltaX: 0, deltaY: -2, deltaMode: 2 })).toEqual({
      dx: 0,
      dy: -2,
    });
    expect(new WheelNotches().add({ deltaX: 0, deltaY: 9e6, deltaMode: 0 }).dy).toBe(50);
  });
});
