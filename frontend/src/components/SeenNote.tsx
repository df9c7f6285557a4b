import { Text } from "@mantine/core";
import { type Control, controlObstacle, pupilSees } from "../core/control";
import { pupilOf } from "../core/device";
import type { DeviceState, Mode } from "../wire/messages";

interface SeenNoteProps {
  readonly device: DeviceState;
  readonly mode: Mode;
  readonly control: Control;
  /** What became of the last wish to control. */
  readonly notice: string;
  readonly viewer: string;
  /** The teacher's name, as the pupil is told it. */
  readonly name: string;
}

/** What the pupil is told, what the keyboard does now, and why something is not possible. */
export function SeenNote({ device, mode, control, notice, viewer, name }: SeenNoteProps) {
  const granted = control === "granted" ? mode : "view";
  const obstacle =
    notice ||
    controlObstacle("share", device, viewer) ||
    controlObstacle("control", device, viewer) ||
    "";
  return (
    <div>
      <Text size="sm" data-testid="pupil-sees">
        <b>{pupilOf(device) === "" ? "The device shows:" : "The pupil sees:"}</b>{" "}
        {pupilSees(granted, name)}.
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
        {control === "none" && obstacle}
      </Text>
    </div>
  );
}
