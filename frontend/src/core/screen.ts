import type { BetweenPeersMessage, Mode, ScreenPicture, ScreenSignal } from "../wire/messages";
import { Backoff } from "./backoff";
import { Peer, type Signal } from "./peer";
import { frameOf, PictureDecoder } from "./picture";
import type { PictureKind } from "./pictureWords";
import { Store } from "./store";

/** A live screen sends a frame at least every 2 s, changed or not. */
const STALL_MS = 6_000;

export interface ScreenStatus {
  readonly picture: PictureKind;
  readonly stream: MediaStream | null;
  /** Why there is no video, in words; empty while it flows or is being set up. */
  readonly trouble: string;
  readonly monitor: number;
}

/** Whether there is a direct way to the device, or one is being looked for. */
export function hasPath({ trouble }: ScreenStatus): boolean {
  return trouble === "";
}

const NOTHING: ScreenStatus = { picture: "none", stream: null, trouble: "", monitor: 0 };

export interface ScreenHost {
  readonly signal: (screen: Screen, connection: number, signal: Signal) => void;
  /** Something changed that the list of wanted screens or the queue depends on. */
  readonly changed: () => void;
}

/** One device's screen as this console shows it, over as many connections as it takes. */
export class Screen {
  readonly status = new Store<ScreenStatus>(NOTHING);
  /** The newest picture, or the last frame of a video that was let go. */
  readonly still = new Store<ImageBitmap | null>(null);
  mode: Mode = "wall";
  /** Whether a tile or page shows this screen. */
  shown = false;
  /** When it was last shown, for the grace before it is let go. */
  hiddenAt = Number.NEGATIVE_INFINITY;
  private peer: Peer | null = null;
  private connected = false;
  private retryAt = 0;
  private frameAt = Number.NEGATIVE_INFINITY;
  private pictured = false;
  private videos = new Set<HTMLVideoElement>();
  private readonly backoff = new Backoff(2_000, 60_000);
  private readonly decoder = new PictureDecoder((bitmap, { monitor }) =>
    this.showPicture(bitmap, monitor),
  );

  constructor(
    readonly device: string,
    private connections: number,
    private readonly host: ScreenHost,
  ) {}

  get live(): boolean {
    return this.status.get().picture === "live";
  }

  get connecting(): boolean {
    return this.peer !== null && !this.connected;
  }

  /** Whether a connection should be tried now. */
  isDue(now: number): boolean {
    return this.peer === null && now >= this.retryAt;
  }

  connect(iceServers: readonly string[]): void {
    this.connections += 1;
    const connection = this.connections;
    this.connected = false;
    this.peer = new Peer({
      connection,
      iceServers,
      onSignal: (signal) => this.host.signal(this, connection, signal),
      onStream: (stream) => this.update({ stream }),
      onConnected: () => {
        this.connected = true;
        this.host.changed();
      },
      onEnded: (reason) => this.fail(reason),
    });
    void this.peer.offer();
  }

  receiveSignal(signal: ScreenSignal): void {
    if (signal.connection === this.peer?.connection) void this.peer.accept(signal);
  }

  receivePicture(picture: ScreenPicture): void {
    if (picture.monitor === this.status.get().monitor) this.decoder.take(picture);
  }

  /** Send input; false when there is no way to the device. */
  send(message: BetweenPeersMessage): boolean {
    return this.peer?.send(message) ?? false;
  }

  chooseMonitor(monitor: number): void {
    if (monitor === this.status.get().monitor) return;
    this.pictured = false;
    this.keep(null);
    this.update({ monitor });
    this.host.changed();
  }

  /** A video element shows this screen; returns what to call when it no longer does. */
  attach(video: HTMLVideoElement): () => void {
    this.videos.add(video);
    return () => {
      this.keepFrame();
      this.videos.delete(video);
    };
  }

  /** Keep what the video shows now, so that another surface can begin with it. */
  keepFrame(): void {
    if (!this.live) return;
    for (const video of this.videos) {
      const frame = frameOf(video);
      if (frame === null) continue;
      this.keep(frame);
      break;
    }
  }

  /** A frame of the video was shown at this time. */
  frameShown(now: number): void {
    this.frameAt = now;
    if (this.live || this.status.get().stream === null) return;
    this.backoff.reset();
    this.pictured = false;
    this.update({ picture: "live", trouble: "" });
    this.host.changed();
  }

  /** Notice a video that stands still; its connection is given up for a new one. */
  checkStall(now: number): void {
    if (this.live && now - this.frameAt > STALL_MS) this.restart("The video stopped.");
  }

  /** Pictures do not come any more; a video may still flow. */
  age(): void {
    this.pictured = false;
    if (!this.live) this.update({ picture: "none" });
  }

  /** Give the connection up, and let a new one be tried after a pause. */
  restart(reason: string): void {
    if (this.peer !== null) this.fail(reason);
  }

  /** Let go of the connection; pictures that come later count as new. */
  release(): void {
    if (this.peer !== null) {
      this.host.signal(this, this.peer.connection, { kind: "bye" });
      this.forget();
    }
    this.pictured = false;
    this.retryAt = 0;
    this.backoff.reset();
    this.update({ picture: "none", stream: null, trouble: "" });
  }

  /** End for good. */
  dispose(): void {
    this.release();
    this.keep(null);
  }

  /** Begin anew at once: the device or the hub has forgotten the old connection. */
  renew(): void {
    this.keepFrame();
    this.forget();
    this.pictured = false;
    this.retryAt = 0;
    this.backoff.reset();
    this.update({ picture: "none", stream: null, trouble: "" });
  }

  private fail(reason: string): void {
    this.keepFrame();
    this.forget();
    this.retryAt = performance.now() + this.backoff.next();
    this.update({ picture: this.pictured ? "pictures" : "none", stream: null, trouble: reason });
    this.host.changed();
  }

  private forget(): void {
    this.peer?.close();
    this.peer = null;
    this.connected = false;
  }

  private showPicture(bitmap: ImageBitmap, monitor: number): void {
    if (monitor !== this.status.get().monitor || !this.shown) {
      bitmap.close();
      return;
    }
    this.pictured = true;
    this.keep(bitmap);
    if (!this.live) this.update({ picture: "pictures" });
  }

  private keep(bitmap: ImageBitmap | null): void {
    const old = this.still.get();
    this.still.set(bitmap);
    old?.close();
  }

  private update(change: Partial<ScreenStatus>): void {
    this.status.set({ ...this.status.get(), ...change });
  }
}
