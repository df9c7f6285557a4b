import { decode, encode } from "@msgpack/msgpack";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HubSocket, type SocketLike } from "./hubSocket";

/** The browser's side of a connection, played by the test. */
class FakeSocket implements SocketLike {
  binaryType: BinaryType = "blob";
  onopen = null;
  onmessage: SocketLike["onmessage"] = null;
  onclose: SocketLike["onclose"] = null;
  readonly sent: [string, number, unknown][] = [];
  closed = false;

  send(frame: Uint8Array): void {
    this.sent.push(decode(frame) as [string, number, unknown]);
  }

  close(): void {
    this.closed = true;
  }

  receive(type: string, payload: unknown): void {
    const data = encode([type, 0, payload]).slice().buffer;
    this.onmessage?.call({} as WebSocket, { data } as MessageEvent);
  }

  break(code = 1006, reason = ""): void {
    this.onclose?.call({} as WebSocket, { code, reason } as CloseEvent);
  }
}

const sockets: FakeSocket[] = [];
const onMessage = vi.fn();
const isSignedIn = vi.fn(async () => true);
let hub: HubSocket;

function newest(): FakeSocket {
  const socket = sockets.at(-1);
  if (socket === undefined) throw new Error("no connection was tried");
  return socket;
}

function welcome(): FakeSocket {
  newest().receive("console_welcome", { viewer: "v1", name: "Ms Byrne", now_ms: 5_000 });
  return newest();
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 });
  sockets.length = 0;
  onMessage.mockClear();
  isSignedIn.mockResolvedValue(true);
  const connect = () => {
    sockets.push(new FakeSocket());
    return newest();
  };
  hub = new HubSocket({ connect, onMessage, isSignedIn });
  hub.open();
});

afterEach(() => {
  hub.close();
  vi.useRealTimers();
});

describe("HubSocket", () => {
  it("is open when the hub has welcomed it, and knows the hub's clock", () => {
    expect(hub.link.get().state).toBe("connecting");
    welcome();
    expect(hub.link.get()).toMatchObject({ state: "open", clockAheadMs: 4_000 });
    expect(onMessage.mock.calls[0]?.[0].type).toBe("console_welcome");
  });

  it("matches answers and refusals to their requests", async () => {
    const socket = welcome();
    const first = hub.request({ type: "unsubscribe_asked", message: { lesson: "l1" } });
    const second = hub.request({ type: "unlock_asked", message: { lesson: "l1" } });
    expect(socket.sent.map(([type, number]) => [type, number])).toEqual([
      ["unsubscribe_asked", 1],
      ["unlock_asked", 2],
    ]);
    socket.receive("refused", { request: 2, fault: "forbidden", detail: "Not yours." });
    socket.receive("answered", { request: 1 });
    await expect(first).resolves.toBeUndefined();
    await expect(second).rejects.toMatchObject({ fault: "forbidden", message: "Not yours." });
  });

  it("refuses what is asked without a connection, and what was under way when it broke", async () => {
    const lesson = { lesson: "l1" };
    await expect(hub.request({ type: "unlock_asked", message: lesson })).rejects.toMatchObject({
      fault: "unavailable",
    });
    const socket = welcome();
    const asked = hub.request({ type: "unlock_asked", message: lesson });
    socket.break();
    await expect(asked).rejects.toMatchObject({ fault: "unavailable" });
  });

  it("connects again after a break, within the bound of the back-off", async () => {
    welcome().break();
    expect(hub.link.get().state).toBe("waiting");
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(2);
    welcome();
    expect(hub.link.get().state).toBe("open");
  });

  it("gives up a connection that is never welcomed", async () => {
    await vi.advanceTimersByTimeAsync(10_000);
    expect(newest().closed || sockets.length > 1).toBe(true);
    expect(sockets[0]?.closed).toBe(true);
  });

  it("ends when nobody is signed in any more", async () => {
    isSignedIn.mockResolvedValue(false);
    newest().break();
    await vi.advanceTimersByTimeAsync(500);
    expect(hub.link.get()).toEqual({ state: "ended", reason: "signed_out" });
    expect(sockets).toHaveLength(1);
  });

  it.each([
    [4000, "replaced", "replaced"],
    [1008, "version", "version"],
  ])("does not fight a close with code %i (%s)", async (code, reason, expected) => {
    welcome().break(code, reason);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hub.link.get()).toEqual({ state: "ended", reason: expected });
    expect(sockets).toHaveLength(1);
  });

  it("sends a heartbeat when it has sent nothing for ten seconds", async () => {
    const socket = welcome();
    await vi.advanceTimersByTimeAsync(6_000);
    void hub.request({ type: "unlock_asked", message: { lesson: "l1" } }).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(socket.sent.map(([type]) => type)).toEqual(["unlock_asked"]);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(socket.sent.map(([type]) => type)).toEqual(["unlock_asked", "heartbeat"]);
  });

  it("leaves a hub that answered heartbeats and then fell silent", async () => {
    const socket = welcome();
    await vi.advanceTimersByTimeAsync(10_000);
    socket.receive("answered", { request: 1 });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(socket.closed).toBe(true);
  });

  it("stays with a hub that never answers heartbeats", async () => {
    const socket = welcome();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(socket.closed).toBe(false);
  });

  it("drops a connection on which something else than frames comes", async () => {
    const socket = welcome();
    socket.onmessage?.call({} as WebSocket, { data: new ArrayBuffer(1) } as MessageEvent);
    expect(socket.closed).toBe(true);
    expect(hub.link.get().state).toBe("waiting");
  });
});
