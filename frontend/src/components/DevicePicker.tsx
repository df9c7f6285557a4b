import { MultiSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { listDevices } from "../core/directory";
import { ErrorNote } from "./ErrorNote";

interface DevicePickerProps {
  readonly site: string;
  readonly value: readonly string[];
  /** Names of devices that the class has already, in case the directory has lost them. */
  readonly known: ReadonlyMap<string, string>;
  readonly onChange: (devices: string[]) => void;
}

/** Choose the devices of a class from those that its school knows. */
export function DevicePicker({ site, value, known, onChange }: DevicePickerProps) {
  const devices = useQuery({
    queryKey: ["devices", site],
    queryFn: () => listDevices(site),
    enabled: site !== "",
  });
  const labels = new Map(known);
  for (const device of devices.data ?? []) {
    labels.set(device.id, device.connected ? `${device.name} (connected)` : device.name);
  }
  return (
    <>
      <MultiSelect
        label="Fixed devices"
        description="The lesson shows these devices, whoever signs on to them."
        placeholder={value.length === 0 ? "Choose devices" : ""}
        searchable
        clearable
        clearButtonProps={{ "aria-label": "Take all devices off" }}
        nothingFoundMessage="No such device"
        data={[...labels].map(([id, label]) => ({ value: id, label: label || id }))}
        value={[...value]}
        onChange={onChange}
      />
      <ErrorNote error={devices.error} title="The devices could not be read" />
    </>
  );
}
