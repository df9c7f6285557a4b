import { ActionIcon, Button, Group, Title } from "@mantine/core";
import { deviceNameOf, labelOf } from "../core/device";
import type { DeviceState } from "../wire/messages";
import { Icon } from "./Icon";
import { MonitorSelect } from "./MonitorSelect";
import { StateChips } from "./StateChips";

interface ScreenToolbarProps {
  readonly device: DeviceState;
  readonly previous: string | null;
  readonly next: string | null;
  readonly isFullscreen: boolean;
  readonly onOpen: (device: string) => void;
  readonly onBack: () => void;
  readonly onFullscreen: () => void;
}

/** Whose screen it is, and the ways to the others. */
export function ScreenToolbar(props: ScreenToolbarProps) {
  const { device, previous, next, isFullscreen, onOpen, onBack, onFullscreen } = props;
  return (
    <Group justify="space-between" gap="sm">
      <Group gap="sm">
        <Button variant="default" leftSection={<Icon name="back" />} onClick={onBack}>
          Back to the wall
        </Button>
        <Title order={1} fz="h3">
          {labelOf(device)}{" "}
          <span className="quiet">
            {labelOf(device) !== deviceNameOf(device) && deviceNameOf(device)}
          </span>
        </Title>
        <StateChips device={device} />
      </Group>
      <Group gap="xs">
        <MonitorSelect device={device} />
        <ActionIcon
          size="input-sm"
          variant="default"
          aria-label="Previous pupil"
          disabled={previous === null}
          onClick={() => previous !== null && onOpen(previous)}
        >
          <Icon name="previous" />
        </ActionIcon>
        <ActionIcon
          size="input-sm"
          variant="default"
          aria-label="Next pupil"
          disabled={next === null}
          onClick={() => next !== null && onOpen(next)}
        >
          <Icon name="next" />
        </ActionIcon>
        <Button variant="default" leftSection={<Icon name="expand" />} onClick={onFullscreen}>
          {isFullscreen ? "Leave full screen" : "Full screen"}
        </Button>
      </Group>
    </Group>
  );
}
