import { describe, expect, it } from "vitest";
import { returnPath, signInPath } from "./session";

describe("the way back after signing in", () => {
  it.each([
    ["/lessons/s/l?x=1", "/lessons/s/l?x=1"],
    ["https://example.org/", "/"],
    ["//example.org/", "/"],
    ["/\\example.org", "/"],
    ["javascript:alert(1)", "/"],
    ["/sign-in?next=/", "/"],
    [undefined, "/"],
    [["/a"], "/"],
  ])("of %j is %j", (next, expected) => {
    expect(returnPath(next)).toBe(expected);
  });

  it("is carried by the sign-in page's address, escaped", () => {
    expect(signInPath("/lessons/a&b")).toBe("/sign-in?next=%2Flessons%2Fa%26b");
    expect(signInPath("/")).toBe("/sign-in");
  });
});
