import { NativeSelect } from "@mantine/core";
import { labelOf } from "../core/device";
import { useLessonSession } from "../hooks/useLessonSession";
import { useScreenStatus } from "../hooks/useScreenStatus";
import type { DeviceState, Monitor } from "../wire/messages";

interface MonitorSelectProps {
  readonly device: DeviceState;
  readonly size?: "xs" | "sm";
  readonly tabIndex?: number;
}

/** Which monitor of a device is shown; nothing when it has only one. */
export function MonitorSelect({ device, size = "sm", tabIndex }: MonitorSelectProps) {
  const screen = useLessonSession().screens.screen(device.device);
  const { monitor } = useScreenStatus(device.device);
  if (device.monitors.length < 2) return null;
  return (
    <NativeSelect
      size={size}
      tabIndex={tabIndex}
      aria-label={`Monitor of ${labelOf(device)}`}
      value={String(monitor)}
      onChange={(event) => screen.chooseMonitor(Number(event.currentTarget.value))}
      data={device.monitors.map((each, index) => ({
        value: String(each.id),
        label: monitorName(each, index),
      }))}
    />
  );
}

function monitorName({ name, primary, width, height }: Monitor, index: number): string {
  return `${name || `Monitor ${index + 1}`}${primary ? " (main)" : ""}, ${width} × ${height}`;
}
