import { ActionIcon, Checkbox, Popover } from "@mantine/core";
import { type MouseEvent, memo, useRef } from "react";
import {
  activityOf,
  deviceNameOf,
  labelOf,
  PRESENCE_WORDS,
  presenceOf,
  pupilOf,
} from "../core/device";
import { lockOf } from "../core/lock";
import { pictureWords } from "../core/pictureWords";
import { useHoverZoom } from "../hooks/useHoverZoom";
import { useScreenStatus } from "../hooks/useScreenStatus";
import { useShown } from "../hooks/useShown";
import type { DeviceState } from "../wire/messages";
import { Icon } from "./Icon";
import { MonitorSelect } from "./MonitorSelect";
import { PictureNote } from "./PictureNote";
import { ScreenSurface } from "./ScreenSurface";
import { StateChips } from "./StateChips";
import classes from "./Tile.module.css";

interface TileProps {
  readonly device: DeviceState;
  readonly picturesMs: number;
  readonly zoomOnHover: boolean;
  readonly isSelected: boolean;
  /** Whether the Tab key leads to this tile; arrow keys lead from it to the others. */
  readonly isCurrent: boolean;
  readonly onOpen: (device: string) => void;
  readonly onSelect: (device: string) => void;
  readonly onFocus: (device: string) => void;
}

/** One pupil's screen on the wall. */
export const Tile = memo(function Tile(props: TileProps) {
  const { device, picturesMs, isSelected, isCurrent, onOpen, onSelect, onFocus } = props;
  const id = device.device;
  const tile = useRef<HTMLLIElement>(null);
  const status = useScreenStatus(id);
  useShown(id, tile);
  const zoom = useHoverZoom(props.zoomOnHover && status.picture !== "none");
  const tabIndex = isCurrent ? 0 : -1;
  const pupil = pupilOf(device);
  const activity = activityOf(device);

  const onClick = (event: MouseEvent) => {
    // One click of a mouse only points; a key, a finger or a screen reader means to open.
    const isTouch = (event.nativeEvent as PointerEvent).pointerType === "touch";
    if (event.detail === 0 || isTouch) onOpen(id);
    else if (event.ctrlKey || event.metaKey || event.shiftKey) onSelect(id);
  };

  return (
    <li
      ref={tile}
      className={classes.tile}
      data-testid={`tile-${id}`}
      data-device={id}
      data-state={presenceOf(device)}
      data-picture={status.picture}
      data-lock={lockOf(device)}
      data-incomplete={device.incomplete.length > 0}
      data-selected={isSelected}
      onFocus={() => onFocus(id)}
    >
      <Popover
        opened={zoom.isOpen}
        onDismiss={zoom.close}
        position="right-start"
        shadow="xl"
        withRoles={false}
      >
        <Popover.Target>
          <button
            type="button"
            className={classes.picture}
            data-opens={id}
            tabIndex={tabIndex}
            aria-label={nameOf(device, pictureWords(status.picture, picturesMs))}
            onClick={onClick}
            onDoubleClick={() => onOpen(id)}
            {...zoom.target}
          >
            <ScreenSurface device={id} />
            <PictureNote status={status} picturesMs={picturesMs} />
          </button>
        </Popover.Target>
        <Popover.Dropdown
          p={4}
          className={classes.zoom}
          onDoubleClick={() => onOpen(id)}
          {...zoom.zoomed}
        >
          <div className={classes.zoomed}>
            <ScreenSurface device={id} />
          </div>
        </Popover.Dropdown>
      </Popover>
      <div className={classes.words}>
        <div className={classes.names}>
          <Checkbox
            size="md"
            tabIndex={tabIndex}
            aria-label={`Select ${labelOf(device)}`}
            checked={isSelected}
            onChange={() => onSelect(id)}
          />
          <div className={classes.who}>
            <div className={classes.pupil}>{pupil || "Nobody signed on"}</div>
            <div className={classes.device}>{deviceNameOf(device)}</div>
          </div>
        </div>
        <div className={classes.activity} title={activity}>
          {device.application !== "" && <b>{device.application}</b>} {device.title}
        </div>
        <div className={classes.foot}>
          <StateChips device={device} />
          <ActionIcon
            size="md"
            variant="subtle"
            tabIndex={tabIndex}
            aria-label={`Open the screen of ${labelOf(device)}`}
            onClick={() => onOpen(id)}
          >
            <Icon name="expand" />
          </ActionIcon>
        </div>
        <MonitorSelect device={device} size="xs" tabIndex={tabIndex} />
      </div>
    </li>
  );
});

/** What the button is called by those who do not see the tile. */
function nameOf(device: DeviceState, picture: string): string {
  const where = `${labelOf(device)}, ${deviceNameOf(device)}`;
  return `Open ${where}. ${PRESENCE_WORDS[presenceOf(device)]}. ${picture}. ${activityOf(device)}`;
}
