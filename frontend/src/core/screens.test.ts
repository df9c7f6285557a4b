import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DeviceState, ScreenWanted } from "../wire/messages";
import { Screens } from "./screens";
import { deviceWith } from "./testDevice";

/** As much of a browser's connection as making an offer needs. */
class FakeConnection {
  connectionState = "new";
  ontrack: ((event: { track: object }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  readonly createDataChannel = () => ({ readyState: "connecting" });
  readonly addTransceiver = () => ({ receiver: {}, setCodecPreferences: () => undefined });
  readonly createOffer = async () => ({ type: "offer", sdp: "v=0" });
  readonly setLocalDescription = async () => undefined;
  readonly close = () => undefined;

  constructor() {
    connections.push(this);
  }
}

const connections: FakeConnection[] = [];
const said: string[] = [];
const devices = new Map<string, DeviceState>();
let lists: (readonly ScreenWanted[])[] = [];
let screens: Screens;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", FakeConnection);
  vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => ({ codecs: [] }) });
  vi.stubGlobal("MediaStream", class {});
  vi.stubGlobal("document", { hidden: false });
  connections.length = 0;
  said.length = 0;
  lists = [];
  devices.clear();
  for (let index = 0; index < 20; index += 1) {
    const device = `d${index}`;
    devices.set(device, deviceWith({ device, connection: "connected", epoch: "e1" }));
  }
  screens = new Screens({
    want: (list) => {
      lists.push(list);
      said.push("list");
      return true;
    },
    signal: (device, connection, { kind }) => said.push(`${kind} ${device} ${connection}`),
    stateOf: (device) => devices.get(device),
    iceServers: () => [],
    now: () => 7_000,
  });
});

afterEach(() => {
  screens.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const offers = () => said.filter((line) => line.startsWith("offer"));

describe("Screens", () => {
  it("gathers tiles that come up together into one list, and offers only after it", async () => {
    screens.show("d0");
    screens.show("d1");
    await wait(100);
    expect(said).toEqual(["list", "offer d0 8", "offer d1 8"]);
    expect(lists[0]).toEqual([
      { device: "d0", mode: "wall", monitor: 0, pictures_ms: 5_000 },
      { device: "d1", mode: "wall", monitor: 0, pictures_ms: 5_000 },
    ]);
  });

  it("sets only a few connections up at once, and goes on as they come to be", async () => {
    for (const device of devices.keys()) screens.show(device);
    await wait(100);
    expect(offers()).toHaveLength(6);
    for (const connection of connections.slice(0, 2)) {
      connection.connectionState = "connected";
      connection.onconnectionstatechange?.();
    }
    await wait(100);
    expect(offers()).toHaveLength(8);
  });

  it("tells an opened screen at once, first in the list, and connects it past the limit", async () => {
    for (const device of devices.keys()) screens.show(device);
    await wait(100);
    screens.open("d19", "view");
    expect(lists.at(-1)?.[0]).toEqual({
      device: "d19",
      mode: "view",
      monitor: 0,
      pictures_ms: 1_000,
    });
    await wait(0);
    expect(offers()).toContain("offer d19 8");
  });

  it("makes the opened screen a tile again when it is shut, on the same connection", async () => {
    screens.show("d0");
    screens.open("d0", "control");
    screens.shut("d0");
    await wait(100);
    expect(lists.at(-1)?.map(({ mode }) => mode)).toEqual(["wall"]);
    expect(offers()).toEqual(["offer d0 8"]);
  });

  it("lets a screen go that was hidden, but not at once", async () => {
    const hide = screens.show("d0");
    await wait(100);
    hide();
    await wait(5_000);
    expect(said).not.toContain("bye d0 8");
    await wait(6_000);
    expect(said).toContain("bye d0 8");
    expect(lists.at(-1)).toEqual([]);
  });

  it("lets every screen go when the page has been in the background for a while", async () => {
    screens.show("d0");
    await wait(100);
    vi.stubGlobal("document", { hidden: true });
    await wait(20_000);
    expect(lists.at(-1)).toEqual([]);
    vi.stubGlobal("document", { hidden: false });
    await wait(2_000);
    expect(lists.at(-1)).toHaveLength(1);
  });

  it("asks for no pictures once video is shown, and for pictures again when it ends", async () => {
    screens.show("d0");
    await wait(100);
    connections[0]?.ontrack?.({ track: {} });
    screens.screen("d0").frameShown(performance.now());
    await wait(100);
    expect(screens.screen("d0").status.get().picture).toBe("live");
    expect(lists.at(-1)?.[0]?.pictures_ms).toBe(0);
    await wait(10_000);
    expect(screens.screen("d0").status.get()).toMatchObject({
      picture: "none",
      trouble: "The video stopped.",
    });
    expect(lists.at(-1)?.[0]?.pictures_ms).toBe(5_000);
  });

  it("tries again with a higher number after a device refused", async () => {
    screens.show("d0");
    await wait(100);
    screens.receiveSignal({
      device: "d0",
      connection: 8,
      kind: "bye",
      sdp: "",
      candidate: "",
      mid: "",
      detail: "capture failed",
    });
    expect(screens.screen("d0").status.get().trouble).toBe("capture failed");
    await wait(4_000);
    expect(offers()).toEqual(["offer d0 8", "offer d0 9"]);
  });

  it("offers nothing to a device that is not connected, and at once when it comes back", async () => {
    const lost = deviceWith({ device: "d0", connection: "lost", epoch: "e1" });
    devices.set("d0", lost);
    screens.show("d0");
    await wait(5_000);
    expect(offers()).toEqual([]);
    const back = { ...lost, connection: "connected" as const };
    devices.set("d0", back);
    screens.deviceChanged(lost, back);
    await wait(100);
    expect(offers()).toEqual(["offer d0 8"]);
  });

  it("begins anew when the agent was restarted, or the hub knows this console by a new name", async () => {
    screens.show("d0");
    await wait(100);
    const before = devices.get("d0");
    screens.deviceChanged(
      before,
      deviceWith({ device: "d0", connection: "connected", epoch: "e2" }),
    );
    await wait(100);
    screens.hubOpened(true);
    await wait(100);
    expect(offers()).toEqual(["offer d0 8", "offer d0 9", "offer d0 10"]);
  });
});
