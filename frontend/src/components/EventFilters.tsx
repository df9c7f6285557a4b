import { Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { EVENT_KINDS, type EventFilter } from "../core/events";

interface EventFiltersProps {
  readonly filter: EventFilter;
  readonly onFilter: (filter: EventFilter) => void;
}

/** Which events are shown: of one device, of one kind. */
export function EventFilters({ filter, onFilter }: EventFiltersProps) {
  const setDevice = useDebouncedCallback(
    (device: string) => onFilter({ ...filter, device: device.trim() }),
    300,
  );
  return (
    <Group gap="sm" align="end">
      <TextInput
        label="Device"
        description="Its id, whole"
        defaultValue={filter.device}
        onChange={(event) => setDevice(event.currentTarget.value)}
      />
      <Select
        label="What"
        description="One kind of event"
        placeholder="Everything"
        clearable
        data={Object.entries(EVENT_KINDS).map(([value, label]) => ({ value, label }))}
        value={filter.kind || null}
        onChange={(kind) => onFilter({ ...filter, kind: kind ?? "" })}
        clearButtonProps={{ "aria-label": "Show every kind" }}
      />
    </Group>
  );
}
