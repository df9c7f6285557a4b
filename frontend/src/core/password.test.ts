import { describe, expect, it } from "vitest";
import { passwordWeakness } from "./password";

describe("passwordWeakness", () => {
  it("accepts what the server accepts", () => {
    expect(passwordWeakness("plum river nine", "rpark")).toBeNull();
  });

  it.each([
    ["short", "12 characters"],
    ["abababababababab", "different"],
    ["my name is RPark ok", "user name"],
    ["long".repeat(80), "256"],
  ])("says why %j will not do", (password, reason) => {
    expect(passwordWeakness(password, "rpark")).toContain(reason);
  });
});
