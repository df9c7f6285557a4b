import { Button, NativeSelect, Popover, Slider, Stack, Switch, Text } from "@mantine/core";
import type { WallSettings } from "../hooks/useWallSettings";
import { Icon } from "./Icon";

const INTERVALS_MS = [1_000, 2_000, 5_000, 10_000];

interface WallSettingsMenuProps {
  readonly settings: WallSettings;
  readonly onChange: (part: Partial<WallSettings>) => void;
}

/** How the wall looks: size of the tiles, pictures where there is no video, zoom. */
export function WallSettingsMenu({ settings, onChange }: WallSettingsMenuProps) {
  return (
    <Popover position="bottom-end" width={300} trapFocus shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<Icon name="settings" />}>
          View
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="View">
        <Stack gap="md">
          <div>
            <Text size="sm" fw={500} mb={6}>
              Size of the tiles
            </Text>
            <Slider
              thumbLabel="Size of the tiles"
              label={null}
              thumbSize={24}
              min={180}
              max={520}
              step={20}
              value={settings.tileWidth}
              onChange={(tileWidth) => onChange({ tileWidth })}
            />
          </div>
          <NativeSelect
            label="Pictures where there is no video"
            data={INTERVALS_MS.map((ms) => ({
              value: String(ms),
              label: ms === 1_000 ? "Every second" : `Every ${ms / 1000} seconds`,
            }))}
            value={String(settings.picturesMs)}
            onChange={(event) => onChange({ picturesMs: Number(event.currentTarget.value) })}
          />
          <Switch
            label="Zoom a tile when the pointer rests on it"
            checked={settings.zoomOnHover}
            onChange={(event) => onChange({ zoomOnHover: event.currentTarget.checked })}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
