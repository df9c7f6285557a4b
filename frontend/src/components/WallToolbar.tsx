import { Group, NativeSelect, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { TILE_ORDERS, type TileOrder } from "../core/tiles";
import type { WallSettings } from "../hooks/useWallSettings";
import { Icon } from "./Icon";
import { WallSettingsMenu } from "./WallSettingsMenu";

interface WallToolbarProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly settings: WallSettings;
  readonly onSettings: (part: Partial<WallSettings>) => void;
  /** What may be done to the screens. */
  readonly children: ReactNode;
}

/** Which tiles are shown and how, and beside it what may be done to them. */
export function WallToolbar(props: WallToolbarProps) {
  const { search, onSearch, settings, onSettings, children } = props;
  return (
    <Group justify="space-between" gap="sm">
      <Group gap="xs">
        <TextInput
          type="search"
          aria-label="Find a pupil, device or application"
          placeholder="Find a pupil or application"
          leftSection={<Icon name="search" />}
          w={240}
          value={search}
          onChange={(event) => onSearch(event.currentTarget.value)}
        />
        <NativeSelect
          aria-label="Sort by"
          data={TILE_ORDERS.map(({ value, label }) => ({ value, label: `Sort: ${label}` }))}
          value={settings.order}
          onChange={(event) => onSettings({ order: event.currentTarget.value as TileOrder })}
        />
        <WallSettingsMenu settings={settings} onChange={onSettings} />
      </Group>
      <Group gap="xs">{children}</Group>
    </Group>
  );
}
