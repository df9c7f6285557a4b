import { decodeFrame, encodeFrame, FrameError } from "../wire/codec";
import {
  CLOSE_CODES,
  type ConsoleWelcome,
  type FromConsoleMessage,
  type ToConsoleMessage,
} from "../wire/messages";
import { Backoff } from "./backoff";
import { Store } from "./store";

const HEARTBEAT_MS = 10_000;
/** A hub that answers heartbeats and is silent for this long is gone. */
const SILENCE_MS = 25_000;
const WELCOME_MS = 10_000;

/** How the connection to the hub is. */
export type Link =
  | { readonly state: "connecting" }
  | {
      readonly state: "open";
      readonly welcome: ConsoleWelcome;
      /** How far the hub's clock is ahead of this one. */
      readonly clockAheadMs: number;
    }
  | { readonly state: "waiting"; readonly retryInMs: number }
  | { readonly state: "ended"; readonly reason: "signed_out" | "replaced" | "version" };

/** The hub refused a request, or the connection broke before it answered (`unavailable`). */
export class Refusal extends Error {
  constructor(
    readonly fault: string,
    detail: string,
  ) {
    super(detail === "" ? fault : detail);
  }
}

/** What this needs of a WebSocket. */
export interface SocketLike
  extends Pick<WebSocket, "binaryType" | "onopen" | "onmessage" | "onclose" | "close"> {
  send(frame: Uint8Array<ArrayBuffer>): void;
}

export interface HubSocketOptions {
  readonly connect: () => SocketLike;
  /** Called for every message but `answered` and `refused`, after `link` has changed. */
  readonly onMessage: (message: ToConsoleMessage) => void;
  /** Asked when a connection was refused: nobody being signed in, there is no use in retrying. */
  readonly isSignedIn: () => Promise<boolean>;
}

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: Refusal) => void;
}

/** The conversation with the hub over as many connections as it takes. */
export class HubSocket {
  readonly link = new Store<Link>({ state: "connecting" });
  private socket: SocketLike | null = null;
  private pending = new Map<number, Pending>();
  private lastRequest = 0;
  private heardAt = 0;
  private heartbeats = new Set<number>();
  private answersHeartbeats = false;
  private heartbeatTimer: ReturnType<typeof setTimeout> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly backoff = new Backoff(500, 15_000);

  constructor(private readonly options: HubSocketOptions) {}

  /** Begin, or begin again after the conversation ended. */
  open(): void {
    this.drop();
    this.backoff.reset();
    this.connect();
  }

  /** Try again now instead of when the wait is over. */
  retry(): void {
    if (this.link.get().state === "waiting") this.connect();
  }

  /** End the conversation; nothing is called back any more. */
  close(): void {
    this.drop();
    this.link.set({ state: "connecting" });
  }

  /** Ask the hub; resolves when it was carried out, rejects with `Refusal`. */
  request(message: FromConsoleMessage): Promise<void> {
    if (this.socket === null || this.link.get().state !== "open") {
      return Promise.reject(new Refusal("unavailable", "There is no connection to the server."));
    }
    const number = this.write(message);
    return new Promise((resolve, reject) => this.pending.set(number, { resolve, reject }));
  }

  private write(message: FromConsoleMessage): number {
    this.lastRequest += 1;
    this.socket?.send(encodeFrame(message, this.lastRequest));
    clearTimeout(this.heartbeatTimer);
    this.heartbeatTimer = setTimeout(() => this.beat(), HEARTBEAT_MS);
    return this.lastRequest;
  }

  private beat(): void {
    if (this.answersHeartbeats && performance.now() - this.heardAt > SILENCE_MS) {
      this.lost(1006, "");
      return;
    }
    this.heartbeats.add(this.write({ type: "heartbeat", message: {} }));
  }

  private connect(): void {
    clearTimeout(this.retryTimer);
    this.link.set({ state: "connecting" });
    const socket = this.options.connect();
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => this.receive(event.data as ArrayBuffer);
    socket.onclose = (event) => this.lost(event.code, event.reason);
    this.socket = socket;
    this.retryTimer = setTimeout(() => this.lost(1006, ""), WELCOME_MS);
  }

  private receive(frame: ArrayBuffer): void {
    this.heardAt = performance.now();
    let message: ToConsoleMessage | null;
    try {
      message = decodeFrame(frame);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.lost(CLOSE_CODES.malformed, "");
      return;
    }
    if (message === null) return;
    switch (message.type) {
      case "answered":
        if (this.heartbeats.delete(message.message.request)) this.answersHeartbeats = true;
        this.settle(message.message.request)?.resolve();
        return;
      case "refused": {
        const { request, fault, detail } = message.message;
        this.settle(request)?.reject(new Refusal(fault, detail));
        return;
      }
      case "console_welcome":
        clearTimeout(this.retryTimer);
        this.backoff.reset();
        this.link.set({
          state: "open",
          welcome: message.message,
          clockAheadMs: message.message.now_ms - Date.now(),
        });
        this.heartbeatTimer = setTimeout(() => this.beat(), HEARTBEAT_MS);
    }
    this.options.onMessage(message);
  }

  private settle(request: number): Pending | undefined {
    const found = this.pending.get(request);
    this.pending.delete(request);
    return found;
  }

  private lost(code: number, reason: string): void {
    this.drop();
    if (code === CLOSE_CODES.replaced || reason === "version") {
      this.link.set({ state: "ended", reason: reason === "version" ? "version" : "replaced" });
      return;
    }
    const retryInMs = this.backoff.next();
    this.link.set({ state: "waiting", retryInMs });
    this.retryTimer = setTimeout(() => void this.reconnect(), retryInMs);
  }

  /** A browser is not told why a handshake failed, so ask first whether anybody is signed in. */
  private async reconnect(): Promise<void> {
    const waiting = this.link.get();
    const signedIn = await this.options.isSignedIn().catch(() => true);
    if (this.link.get() !== waiting) return;
    if (signedIn) this.connect();
    else this.link.set({ state: "ended", reason: "signed_out" });
  }

  private drop(): void {
    clearTimeout(this.heartbeatTimer);
    clearTimeout(this.retryTimer);
    const socket = this.socket;
    this.socket = null;
    if (socket !== null) {
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    }
    this.heartbeats.clear();
    this.answersHeartbeats = false;
    const broken = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of broken) {
      reject(new Refusal("unavailable", "The connection to the server broke."));
    }
  }
}
