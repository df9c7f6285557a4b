import { SegmentedControl } from "@mantine/core";
import { controlObstacle } from "../core/control";
import type { DeviceState, Mode } from "../wire/messages";

const MODES: readonly { value: Mode; label: string }[] = [
  { value: "view", label: "View" },
  { value: "share", label: "Share input" },
  { value: "control", label: "Take over" },
];

interface ModeSwitchProps {
  readonly mode: Mode;
  readonly device: DeviceState;
  readonly viewer: string;
  readonly hasPath: boolean;
  readonly onChange: (mode: Mode) => void;
}

/** View only, use mouse and keyboard together with the pupil, or alone. */
export function ModeSwitch({ mode, device, viewer, hasPath, onChange }: ModeSwitchProps) {
  return (
    <SegmentedControl
      aria-label="How this screen is used"
      value={mode}
      onChange={(value) => onChange(value as Mode)}
      data={MODES.map(({ value, label }) => ({
        value,
        label,
        disabled: controlObstacle(value, device, viewer, hasPath) !== null,
      }))}
    />
  );
}
