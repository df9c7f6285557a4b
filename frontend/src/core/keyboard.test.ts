import { describe, expect, it } from "vitest";
import { isWayOut, keyChange } from "./keyboard";

const plain = {
  code: "KeyA",
  key: "a",
  repeat: false,
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
};

describe("keyboard", () => {
  it("tells key and meaning, and leaves repeating to the device", () => {
    expect(keyChange(plain, true)).toEqual({ code: "KeyA", key: "a", down: true });
    expect(keyChange({ ...plain, repeat: true }, true)).toBeNull();
    expect(keyChange({ ...plain, key: "x".repeat(33) }, true)).toBeNull();
  });

  it("knows the way out by its three keys alone", () => {
    const held = { ...plain, ctrlKey: true, altKey: true, shiftKey: true };
    expect(isWayOut({ ...held, key: "Shift" })).toBe(true);
    expect(isWayOut({ ...held, key: "Control" })).toBe(true);
    expect(isWayOut(held)).toBe(false);
    expect(isWayOut({ ...held, key: "Shift", altKey: false })).toBe(false);
  });
});
