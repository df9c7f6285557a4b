import type { ScreenPicture } from "../wire/messages";

/** Decodes the newest picture of one screen; older ones that wait are dropped. */
export class PictureDecoder {
  private waiting: ScreenPicture | null = null;
  private busy = false;

  constructor(
    private readonly onPicture: (bitmap: ImageBitmap, picture: ScreenPicture) => void,
    private readonly decode: (jpeg: Uint8Array) => Promise<ImageBitmap> = decodeJpeg,
  ) {}

  take(picture: ScreenPicture): void {
    this.waiting = picture;
    if (!this.busy) void this.run();
  }

  private async run(): Promise<void> {
    this.busy = true;
    while (this.waiting !== null) {
      const picture = this.waiting;
      this.waiting = null;
      // A damaged JPEG is no picture; the next one will do.
      const bitmap = await this.decode(picture.jpeg).catch(() => null);
      if (bitmap !== null) this.onPicture(bitmap, picture);
    }
    this.busy = false;
  }
}

function decodeJpeg(jpeg: Uint8Array): Promise<ImageBitmap> {
  return createImageBitmap(new Blob([new Uint8Array(jpeg)], { type: "image/jpeg" }));
}

/** What a video shows now, as a bitmap; null when it shows nothing yet. */
export function frameOf(video: HTMLVideoElement): ImageBitmap | null {
  if (video.videoWidth === 0) return null;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return canvas.transferToImageBitmap();
}
