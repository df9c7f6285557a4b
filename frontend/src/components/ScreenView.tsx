import { Group } from "@mantine/core";
import { useFullscreenElement, useMergedRef } from "@mantine/hooks";
import { useCallback, useEffect, useRef } from "react";
import { activityOf } from "../core/device";
import { hasPath } from "../core/screen";
import { useEscape } from "../hooks/useEscape";
import { usePerson } from "../hooks/usePerson";
import { useScreenMode } from "../hooks/useScreenMode";
import { useScreenStatus } from "../hooks/useScreenStatus";
import { useViewer } from "../hooks/useViewer";
import { useWallSettings } from "../hooks/useWallSettings";
import type { DeviceState } from "../wire/messages";
import { LockThisButton } from "./LockThisButton";
import { ModeSwitch } from "./ModeSwitch";
import { ScreenStage } from "./ScreenStage";
import { ScreenToolbar } from "./ScreenToolbar";
import classes from "./ScreenView.module.css";
import { SeenNote } from "./SeenNote";

interface ScreenViewProps {
  readonly device: DeviceState;
  readonly previous: string | null;
  readonly next: string | null;
  readonly onOpen: (device: string) => void;
  readonly onBack: () => void;
}

/** One screen, large, with everything that may be done to it. */
export function ScreenView({ device, previous, next, onOpen, onBack }: ScreenViewProps) {
  const { mode, control, notice, choose } = useScreenMode(device.device);
  const viewer = useViewer();
  const status = useScreenStatus(device.device);
  const person = usePerson();
  const [{ picturesMs }] = useWallSettings();
  const fullscreen = useFullscreenElement<HTMLElement>();
  const giveBack = useCallback(() => choose("view"), [choose]);

  const main = useRef<HTMLElement>(null);
  useEscape(onBack);
  useEffect(() => main.current?.focus(), []);

  return (
    <main id="main" ref={useMergedRef(main, fullscreen.ref)} className={classes.view} tabIndex={-1}>
      <ScreenToolbar
        device={device}
        previous={previous}
        next={next}
        isFullscreen={fullscreen.fullscreen}
        onOpen={onOpen}
        onBack={onBack}
        onFullscreen={() => void fullscreen.toggle()}
      />
      <ScreenStage device={device} control={control} picturesMs={picturesMs} onWayOut={giveBack} />
      <Group justify="space-between" gap="sm" align="start">
        <Group gap="sm">
          <ModeSwitch
            mode={mode}
            device={device}
            viewer={viewer}
            hasPath={hasPath(status)}
            onChange={choose}
          />
          <LockThisButton device={device} />
        </Group>
        <div className={classes.notes}>
          <SeenNote
            device={device}
            mode={mode}
            control={control}
            notice={notice}
            viewer={viewer}
            status={status}
            name={person.data?.name ?? ""}
          />
          <div className={classes.activity}>{activityOf(device)}</div>
        </div>
      </Group>
    </main>
  );
}
