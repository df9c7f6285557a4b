import { afterEach, expect, it, vi } from "vitest";
import { eventsCsv, eventWords, readEvents } from "./events";

afterEach(() => vi.unstubAllGlobals());

it("asks for the newest of a site, with what is filtered for, escaped", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return new Response('{"events":[],"next":null}');
  });
  await readEvents("a/b", { device: "pc 1&kind=x", kind: "" }, 7);
  expect(asked).toEqual([
    "/api/sites/a%2Fb/events?device=pc+1%26kind%3Dx&kind=&order=newest&after=7",
  ]);
  expect(eventsCsv("hill", { device: "", kind: "signed_on" })).toBe(
    "/api/sites/hill/events.csv?device=&kind=signed_on",
  );
});

it("has words for what it knows and shows the rest as it is", () => {
  expect(eventWords("signed_on")).toBe("Signed on");
  expect(eventWords("usb_plugged")).toBe("usb plugged");
});
