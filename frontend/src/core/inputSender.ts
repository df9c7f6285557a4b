import type { BetweenPeersMessage } from "../wire/messages";
import type { Position } from "./pointer";

/** Sends input to a device: moves at most once a frame, the rest at once and in order. */
export class InputSender {
  private move: Position | null = null;
  private frame: number | null = null;
  private held = false;

  constructor(
    private readonly send: (message: BetweenPeersMessage) => boolean,
    private readonly requestFrame: (callback: () => void) => number = (callback) =>
      requestAnimationFrame(callback),
  ) {}

  moved(position: Position): void {
    this.move = position;
    this.frame ??= this.requestFrame(() => this.flush());
  }

  button(position: Position, button: number, down: boolean): void {
    this.drop();
    this.held = true;
    this.send({ type: "pointer_button", message: { ...position, button, down } });
  }

  wheel(position: Position, dx: number, dy: number): void {
    if (dx !== 0 || dy !== 0) {
      this.send({ type: "wheel_turned", message: { ...position, dx, dy } });
    }
  }

  key(code: string, key: string, down: boolean): void {
    this.held = true;
    this.send({ type: "key_changed", message: { code, key, down } });
  }

  /** Let go of everything that may be held down. */
  release(): void {
    this.drop();
    if (this.held) this.send({ type: "keys_released", message: {} });
    this.held = false;
  }

  private flush(): void {
    this.frame = null;
    if (this.move !== null) this.send({ type: "pointer_moved", message: this.move });
    this.move = null;
  }

  /** A button says where the pointer is; an older move must not follow it. */
  private drop(): void {
    this.move = null;
  }
}
