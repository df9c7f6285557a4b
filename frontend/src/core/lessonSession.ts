import type {
  DeviceState,
  FromConsoleMessage,
  ServiceChanged,
  ToConsoleMessage,
} from "../wire/messages";
import { SUBPROTOCOL } from "../wire/messages";
import { HubSocket, Refusal, type SocketLike } from "./hubSocket";
import { fromSnapshot, type LessonView, withChanges } from "./lesson";
import { Screens } from "./screens";
import { currentPerson } from "./session";
import { Store } from "./store";

/** A request that the hub could not carry out now is made again after this time. */
const RETRY_MS = 2_000;

/** One lesson as this console follows it: its state, its screens, and what may be asked of it. */
export class LessonSession {
  readonly view = new Store<LessonView | null>(null);
  readonly service = new Store<ServiceChanged>({ state: "ok", detail: "" });
  /** Why the last list of screens was refused; a new object for each refusal. */
  readonly refusal = new Store<Error | null>(null);
  /** Why this lesson cannot be followed; null: it can, or nothing is known yet. */
  readonly obstacle = new Store<Error | null>(null);
  readonly socket: HubSocket;
  readonly screens: Screens;
  /** The screen that was opened last, for the way back to its tile. */
  lastOpened: string | null = null;
  private viewer = "";
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly lesson: string,
    connect: () => SocketLike = connectToHub,
  ) {
    this.socket = new HubSocket({
      connect,
      onMessage: (message) => this.receive(message),
      isSignedIn: async () => (await currentPerson()) !== null,
    });
    this.screens = new Screens({
      want: (screens) => this.tell({ type: "screens_wanted", message: { lesson, screens } }),
      signal: (device, connection, signal) =>
        this.tell({ type: "signal_asked", message: { lesson, device, connection, ...signal } }),
      stateOf: (device) => this.view.get()?.devices.get(device),
      iceServers: () => {
        const link = this.socket.link.get();
        return link.state === "open" ? link.welcome.ice_servers : [];
      },
      now: () => Date.now(),
    });
  }

  open(): void {
    this.socket.link.subscribe(() => {
      if (this.socket.link.get().state !== "open") this.screens.hubLost();
    });
    this.socket.open();
  }

  dispose(): void {
    clearTimeout(this.retry);
    this.screens.dispose();
    this.tell({ type: "unsubscribe_asked", message: { lesson: this.lesson } });
    this.socket.close();
  }

  /** Open one screen to view it; the page that shows it follows. */
  openScreen(device: string): void {
    this.lastOpened = device;
    this.screens.open(device, "view");
  }

  /** Lock these devices; none named: all, and those that join later. */
  lock(devices: readonly string[], message: string, countdownS: number | null): Promise<void> {
    const countdown = countdownS === null ? {} : { countdown_s: countdownS };
    return this.socket.request({
      type: "lock_asked",
      message: { lesson: this.lesson, devices, message, ...countdown },
    });
  }

  /** End the lock of these devices; none named: of all. */
  unlock(devices: readonly string[]): Promise<void> {
    return this.socket.request({
      type: "unlock_asked",
      message: { lesson: this.lesson, devices },
    });
  }

  private receive({ type, message }: ToConsoleMessage): void {
    switch (type) {
      case "console_welcome": {
        this.subscribe(this.view.get()?.cursor ?? "");
        const renew = this.viewer !== "" && this.viewer !== message.viewer;
        this.viewer = message.viewer;
        this.screens.hubOpened(renew);
        return;
      }
      case "snapshot":
        if (message.lesson === this.lesson) this.replace(fromSnapshot(message));
        return;
      case "changed": {
        if (message.lesson !== this.lesson) return;
        const view = this.view.get();
        if (view === null) this.subscribe("");
        else this.replace(withChanges(view, message));
        return;
      }
      case "screen_picture":
        this.screens.receivePicture(message);
        return;
      case "screen_signal":
        this.screens.receiveSignal(message);
        return;
      case "service_changed":
        this.service.set(message);
    }
  }

  private subscribe(cursor: string): void {
    this.tell({ type: "subscribe_asked", message: { lesson: this.lesson, cursor } });
  }

  private replace(after: LessonView): void {
    this.obstacle.set(null);
    const before: ReadonlyMap<string, DeviceState> = this.view.get()?.devices ?? new Map();
    this.view.set(after);
    for (const [id, device] of after.devices) {
      const was = before.get(id);
      if (was !== device) this.screens.deviceChanged(was, device);
    }
    for (const id of before.keys()) if (!after.devices.has(id)) this.screens.deviceRemoved(id);
  }

  private tell(message: FromConsoleMessage): boolean {
    if (this.socket.link.get().state !== "open") return false;
    this.socket.request(message).catch((error: unknown) => {
      if (error instanceof Refusal) this.refused(message, error);
    });
    return true;
  }

  /** A request that broke off with its connection is made again by the next connection. */
  private refused({ type }: FromConsoleMessage, error: Refusal): void {
    if (this.socket.link.get().state !== "open") return;
    if (type === "subscribe_asked") {
      this.obstacle.set(error);
      if (error.fault !== "over") {
        this.later(() => this.subscribe(this.view.get()?.cursor ?? ""));
      }
    } else if (type === "screens_wanted" && error.fault === "unavailable") {
      this.later(() => this.screens.tellAgain());
    } else if (type === "screens_wanted") {
      this.refusal.set(error);
    }
  }

  private later(action: () => void): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(action, RETRY_MS);
  }
}

function connectToHub(): SocketLike {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${window.location.host}/console`, SUBPROTOCOL);
}
