import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { tileAfterKey } from "../core/tiles";
import type { WallSettings } from "../hooks/useWallSettings";
import type { DeviceState } from "../wire/messages";
import { Tile } from "./Tile";
import classes from "./TileGrid.module.css";

/** The picture of a tile, which opens its screen. */
const OPENER = "[data-opens]";

interface TileGridProps {
  readonly devices: readonly DeviceState[];
  readonly settings: WallSettings;
  readonly selected: ReadonlySet<string>;
  /** The tile that has the Tab key at first: the screen that one came back from. */
  readonly start: string | null;
  readonly onOpen: (device: string) => void;
  readonly onSelect: (device: string) => void;
}

/** The wall's tiles. One of them has the Tab key; arrow keys lead to the others. */
export function TileGrid({ devices, settings, selected, start, ...on }: TileGridProps) {
  const list = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState(start);
  const focusTile = useCallback((device: string) => setCurrent(device), []);
  const known = devices.some(({ device }) => device === current);
  const currentId = known ? current : (devices[0]?.device ?? null);

  useEffect(() => {
    if (start === null) return;
    const tile = list.current?.querySelector(`[data-device="${CSS.escape(start)}"]`);
    tile?.querySelector<HTMLElement>(OPENER)?.focus();
  }, [start]);

  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>) => {
    const target = event.target as HTMLElement;
    if (target.tagName === "SELECT" || list.current === null) return;
    if (event.key === " " && target.matches(OPENER) && currentId !== null) {
      event.preventDefault();
      on.onSelect(currentId);
      return;
    }
    const index = devices.findIndex(({ device }) => device === currentId);
    const next = tileAfterKey(index, event.key, columnsOf(list.current), devices.length);
    if (next === index) return;
    event.preventDefault();
    list.current.children[next]?.querySelector<HTMLElement>(OPENER)?.focus();
  };

  return (
    <ul
      ref={list}
      className={classes.grid}
      style={{ "--tile-width": `${settings.tileWidth}px` }}
      aria-label="Pupils' screens"
      data-testid="wall"
      onKeyDown={onKeyDown}
    >
      {devices.map((device) => (
        <Tile
          key={device.device}
          device={device}
          picturesMs={settings.picturesMs}
          zoomOnHover={settings.zoomOnHover}
          isSelected={selected.has(device.device)}
          isCurrent={device.device === currentId}
          onOpen={on.onOpen}
          onSelect={on.onSelect}
          onFocus={focusTile}
        />
      ))}
    </ul>
  );
}

function columnsOf(list: HTMLElement): number {
  return getComputedStyle(list).gridTemplateColumns.split(" ").length;
}
