import { type RefObject, useRef } from "react";
import { useScreenStatus } from "../hooks/useScreenStatus";
import { useStill } from "../hooks/useStill";
import { useStream } from "../hooks/useStream";
import classes from "./ScreenSurface.module.css";

interface ScreenSurfaceProps {
  readonly device: string;
  /** What the video is called, where it is more than the picture on a button. */
  readonly label?: string;
  readonly video?: RefObject<HTMLVideoElement | null>;
  readonly testId?: string;
}

/** A screen fitted into its box: the newest picture at once, the video over it when it flows. */
export function ScreenSurface({ device, label, video, testId }: ScreenSurfaceProps) {
  const own = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const element = video ?? own;
  const { picture } = useScreenStatus(device);
  useStill(device, canvas);
  const hasFrame = useStream(device, element);
  return (
    <span className={classes.surface} data-current={picture !== "none"}>
      <canvas ref={canvas} className={classes.layer} />
      <video
        ref={element}
        className={classes.layer}
        data-hidden={!(hasFrame && picture === "live")}
        data-testid={testId}
        aria-label={label}
        aria-hidden={label === undefined}
        muted
        autoPlay
        playsInline
        disablePictureInPicture
        tabIndex={-1}
      />
    </span>
  );
}
