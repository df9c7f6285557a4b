import { type RefObject, useEffect, useState } from "react";
import { useLessonSession } from "./useLessonSession";
import { useScreenStatus } from "./useScreenStatus";

/** Play a screen's video in this element; returns whether a frame of it has been shown. */
export function useStream(device: string, element: RefObject<HTMLVideoElement | null>): boolean {
  const screen = useLessonSession().screens.screen(device);
  const { stream } = useScreenStatus(device);
  const [shown, setShown] = useState<MediaStream | null>(null);
  useEffect(() => {
    const video = element.current;
    if (video === null || stream === null) return;
    const detach = screen.attach(video);
    let handle = 0;
    const onFrame = (now: number) => {
      screen.frameShown(now);
      setShown(stream);
      handle = video.requestVideoFrameCallback(onFrame);
    };
    handle = video.requestVideoFrameCallback(onFrame);
    video.srcObject = stream;
    // Playing is refused only while the page is being left.
    video.play().catch(() => undefined);
    return () => {
      video.cancelVideoFrameCallback(handle);
      detach();
      video.srcObject = null;
    };
  }, [screen, stream, element]);
  return stream !== null && shown === stream;
}
