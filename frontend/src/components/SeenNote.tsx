import { Text } from "@mantine/core";
import { type Control, controlObstacle, pupilSees } from "../core/control";
import { pupilOf } from "../core/device";
import { hasPath, type ScreenStatus } from "../core/screen";
import type { DeviceState, Mode } from "../wire/messages";

interface SeenNoteProps {
  readonly device: DeviceState;
  readonly mode: Mode;
  readonly control: Control;
  /** What became of the last wish to control. */
  readonly notice: string;
  readonly viewer: string;
  /** How the screen comes here, and why not better. */
  readonly status: ScreenStatus;
  /** The teacher's name, as the pupil is told it. */
  readonly name: string;
}

/** What the pupil is told, what the keyboard does now, and why something is not possible. */
export function SeenNote({ device, mode, control, notice, viewer, status, name }: SeenNoteProps) {
  const granted = control === "granted" ? mode : "view";
  const obstacle =
    notice ||
    controlObstacle("share", device, viewer, hasPath(status)) ||
    controlObstacle("control", device, viewer, true) ||
    "";
  return (
    <div>
      <Text size="sm" data-testid="pupil-sees">
        {device.connection === "connected" ? (
          <>
            <b>{pupilOf(device) === "" ? "The device shows:" : "The pupil sees:"}</b>{" "}
            {pupilSees(granted, name)}
          </>
        ) : (
          "The device is told nothing while it is not connected."
        )}
        {device.viewers > 1 && ` ${device.viewers} people are looking at this screen.`}
      </Text>
      <Text size="sm" role="status" data-testid="control-note">
        {control === "granted" && (
          <>
            <b>Your mouse and keyboard work on this device.</b> Ctrl+Alt+Shift together, or “View”,
            gives them back.
          </>
        )}
        {control === "asking" && "Asking for control…"}
        {control === "none" && [status.trouble, obstacle].filter(Boolean).join(" ")}
      </Text>
    </div>
  );
}
