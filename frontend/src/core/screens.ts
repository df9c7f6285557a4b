import type {
  DeviceState,
  Mode,
  ScreenPicture,
  ScreenSignal,
  ScreenWanted,
} from "../wire/messages";
import type { Signal } from "./peer";
import { Screen } from "./screen";

/** Connections that are being set up at once. */
const CONNECTING_LIMIT = 6;
/** A screen that scrolled away is kept this long, in case it comes back. */
const GRACE_MS = 8_000;
const GATHER_MS = 60;
const CHECK_MS = 1_000;
/** A page that has been in the background this long looks at nobody. */
const BACKGROUND_MS = 15_000;
/** An opened screen without video is worth more pictures than a tile. */
const OPENED_PICTURES_MS = 1_000;

export interface ScreensOptions {
  /** Tell the hub which screens are shown; false when there is no connection to it. */
  readonly want: (screens: readonly ScreenWanted[]) => boolean;
  readonly signal: (device: string, connection: number, signal: Signal) => void;
  /** The device's state, where it is known. */
  readonly stateOf: (device: string) => DeviceState | undefined;
  readonly iceServers: () => readonly string[];
  readonly now: () => number;
}

/**
 * The screens that this console shows, and their connections.
 *
 * Guarantees: the hub is told the whole list before a connection to a device is offered; the
 * opened screen is told without delay and connected first; a few connections are set up at once;
 * a screen that is no longer shown is let go after a grace.
 */
export class Screens {
  picturesMs = 5_000;
  private readonly screens = new Map<string, Screen>();
  private readonly shows = new Map<string, number>();
  private opened: string | null = null;
  private seenAt = performance.now();
  private told = "";
  private toldDevices = new Set<string>();
  private gather: ReturnType<typeof setTimeout> | undefined;
  private readonly checks: ReturnType<typeof setInterval>;
  private readonly base: number;

  constructor(private readonly options: ScreensOptions) {
    // Rises over reloads of the page too, so that a device never takes a new offer for an old one.
    this.base = Math.floor(options.now() / 1000) % 2 ** 31;
    this.checks = setInterval(() => this.check(), CHECK_MS);
  }

  /** The screen of a device, shown or not. */
  screen(device: string): Screen {
    let found = this.screens.get(device);
    if (found === undefined) {
      found = new Screen(device, this.base, {
        signal: (screen, connection, signal) =>
          this.options.signal(screen.device, connection, signal),
        changed: () => this.soon(),
      });
      this.screens.set(device, found);
    }
    return found;
  }

  /** A tile shows this screen; returns what to call when it no longer does. */
  show(device: string): () => void {
    const screen = this.screen(device);
    this.shows.set(device, (this.shows.get(device) ?? 0) + 1);
    screen.shown = true;
    this.soon();
    return () => {
      const left = (this.shows.get(device) ?? 1) - 1;
      this.shows.set(device, left);
      if (left === 0) screen.hiddenAt = performance.now();
    };
  }

  /** Open one screen, and tell the hub at once. */
  open(device: string, mode: Mode): void {
    if (this.opened !== device && this.opened !== null) this.lower(this.opened);
    const screen = this.screen(device);
    screen.keepFrame();
    screen.mode = mode;
    screen.shown = true;
    this.opened = device;
    this.flush();
  }

  /** The opened screen becomes a tile again. */
  shut(device: string): void {
    if (this.opened !== device) return;
    this.lower(device);
    this.opened = null;
    this.soon();
  }

  setPicturesMs(picturesMs: number): void {
    this.picturesMs = picturesMs;
    this.soon();
  }

  receivePicture(picture: ScreenPicture): void {
    this.screens.get(picture.device)?.receivePicture(picture);
  }

  receiveSignal(signal: ScreenSignal): void {
    this.screens.get(signal.device)?.receiveSignal(signal);
  }

  /** A new connection to the hub: say everything again. `renew`: devices know us no longer. */
  hubOpened(renew: boolean): void {
    this.told = "";
    if (renew) for (const screen of this.screens.values()) screen.renew();
    this.flush();
  }

  /** The connection to the hub broke: no pictures come, and what is asked is not heard. */
  hubLost(): void {
    for (const screen of this.screens.values()) screen.age();
  }

  /** The hub could not take the last list: say it again in a while. */
  tellAgain(): void {
    this.told = "";
    this.soon();
  }

  /** The device's state changed. */
  deviceChanged(before: DeviceState | undefined, after: DeviceState): void {
    const screen = this.screens.get(after.device);
    if (screen === undefined) return;
    const restarted = before !== undefined && before.epoch !== "" && before.epoch !== after.epoch;
    const returned = before?.connection !== "connected" && after.connection === "connected";
    if (restarted || (returned && !screen.live)) screen.renew();
    if (after.connection !== "connected") {
      screen.age();
      if (!screen.live) screen.restart("");
    }
    this.soon();
  }

  deviceRemoved(device: string): void {
    this.screens.get(device)?.dispose();
    this.screens.delete(device);
    this.shows.delete(device);
    this.soon();
  }

  dispose(): void {
    clearTimeout(this.gather);
    clearInterval(this.checks);
    for (const screen of this.screens.values()) screen.dispose();
    this.screens.clear();
    this.options.want([]);
  }

  private lower(device: string): void {
    const screen = this.screen(device);
    screen.keepFrame();
    screen.mode = "wall";
    screen.hiddenAt = performance.now();
  }

  private soon(): void {
    this.gather ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  private flush(): void {
    clearTimeout(this.gather);
    this.gather = undefined;
    const wanted = this.wanted();
    const text = JSON.stringify(wanted);
    if (text !== this.told && this.options.want(wanted)) {
      this.told = text;
      this.toldDevices = new Set(wanted.map(({ device }) => device));
    }
    this.connect();
  }

  private wanted(): ScreenWanted[] {
    return this.shownScreens().map((screen) => ({
      device: screen.device,
      mode: screen.mode,
      monitor: screen.status.get().monitor,
      pictures_ms: screen.live ? 0 : this.gapOf(screen),
    }));
  }

  private gapOf(screen: Screen): number {
    return screen.mode === "wall" ? this.picturesMs : Math.min(this.picturesMs, OPENED_PICTURES_MS);
  }

  private shownScreens(): Screen[] {
    const shown = [...this.screens.values()].filter((screen) => screen.shown);
    return shown.sort(
      (a, b) => Number(b.device === this.opened) - Number(a.device === this.opened),
    );
  }

  private connect(): void {
    const now = performance.now();
    const shown = this.shownScreens();
    let free = CONNECTING_LIMIT - shown.filter((screen) => screen.connecting).length;
    for (const screen of shown) {
      const isOpened = screen.device === this.opened;
      if (free <= 0 && !isOpened) break;
      const state = this.options.stateOf(screen.device);
      const reachable = state === undefined || state.connection === "connected";
      if (!reachable || !screen.isDue(now) || !this.toldDevices.has(screen.device)) continue;
      screen.connect(this.options.iceServers());
      free -= 1;
    }
  }

  private check(): void {
    const now = performance.now();
    if (!document.hidden) this.seenAt = now;
    const isWatched = now - this.seenAt < BACKGROUND_MS;
    for (const screen of this.screens.values()) {
      const held = isWatched && this.isHeld(screen.device);
      if (held && !screen.shown) {
        screen.shown = true;
        this.soon();
      } else if (!held && screen.shown && (!isWatched || now - screen.hiddenAt > GRACE_MS)) {
        screen.shown = false;
        screen.release();
        this.soon();
      } else if (held && !document.hidden) {
        // Frames are not reported while the page is in the background.
        screen.checkStall(now);
      }
    }
    this.connect();
  }

  private isHeld(device: string): boolean {
    return device === this.opened || (this.shows.get(device) ?? 0) > 0;
  }
}
