import { useRef } from "react";
import type { Control } from "../core/control";
import { deviceNameOf, labelOf, PRESENCE_WORDS, presenceOf } from "../core/device";
import { useScreenInput } from "../hooks/useScreenInput";
import { useScreenStatus } from "../hooks/useScreenStatus";
import type { DeviceState } from "../wire/messages";
import { PictureNote } from "./PictureNote";
import classes from "./ScreenStage.module.css";
import { ScreenSurface } from "./ScreenSurface";

interface ScreenStageProps {
  readonly device: DeviceState;
  readonly control: Control;
  readonly picturesMs: number;
  readonly onWayOut: () => void;
}

/** The opened screen itself; while control is granted it takes pointer and keyboard. */
export function ScreenStage({ device, control, picturesMs, onWayOut }: ScreenStageProps) {
  const stage = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const status = useScreenStatus(device.device);
  const isGranted = control === "granted";
  useScreenInput(device.device, { stage, video, enabled: isGranted, onWayOut });
  const label = `Screen of ${labelOf(device)}, ${deviceNameOf(device)}`;
  return (
    <div
      ref={stage}
      className={classes.stage}
      data-testid="screen-stage"
      data-picture={status.picture}
      data-control={control}
      {...(isGranted && {
        role: "application",
        tabIndex: 0,
        "aria-label": `${label}. Keys go to this device; Ctrl, Alt and Shift together give them back.`,
      })}
    >
      <ScreenSurface device={device.device} video={video} label={label} testId="screen-video" />
      <PictureNote status={status} picturesMs={Math.min(picturesMs, 1_000)} />
      {status.picture === "none" && (
        <p className={classes.trouble} role="status">
          {device.connection === "connected"
            ? status.trouble || "Waiting for the picture…"
            : `${PRESENCE_WORDS[presenceOf(device)]}. There is no current picture.`}
        </p>
      )}
    </div>
  );
}
