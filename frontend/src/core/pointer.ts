export interface Position {
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * The place on the monitor under a point of the page, 0 to 1 each way, for a picture that is
 * fitted whole into a box; null on the bars beside it, unless `clamp` takes the nearest edge.
 */
export function positionIn(
  box: Box,
  picture: Size,
  point: Position,
  clamp: boolean,
): Position | null {
  if (picture.width === 0 || picture.height === 0) return null;
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  if (scale === 0) return null;
  const width = picture.width * scale;
  const height = picture.height * scale;
  const x = (point.x - box.left - (box.width - width) / 2) / width;
  const y = (point.y - box.top - (box.height - height) / 2) / height;
  if (!clamp && (x < 0 || x > 1 || y < 0 || y > 1)) return null;
  return { x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)) };
}

/** The protocol's number of a button (1 left, 2 middle, 3 right), from `MouseEvent.button`. */
export function buttonNumber(button: number): number | null {
  return button >= 0 && button <= 4 ? button + 1 : null;
}

const PIXELS_PER_NOTCH = 100;
const LINES_PER_NOTCH = 3;

/** Turns wheel events into whole notches, keeping what is left over for the next. */
export class WheelNotches {
  private restX = 0;
  private restY = 0;

  add(event: Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode">): { dx: number; dy: number } {
    const perNotch = [PIXELS_PER_NOTCH, LINES_PER_NOTCH, 1][event.deltaMode] ?? PIXELS_PER_NOTCH;
    this.restX += event.deltaX / perNotch;
    this.restY += event.deltaY / perNotch;
    const dx = whole(this.restX);
    const dy = whole(this.restY);
    this.restX -= dx;
    this.restY -= dy;
    return { dx, dy };
  }
}

function whole(notches: number): number {
  return Math.max(-50, Math.min(50, Math.trunc(notches))) + 0;
}
