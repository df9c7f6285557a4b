import { Stack, Text } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { LeaveButtons } from "../components/LeaveButtons";
import { LessonEnded } from "../components/LessonEnded";
import { LessonHead } from "../components/LessonHead";
import { Loading } from "../components/Loading";
import { LockButtons } from "../components/LockButtons";
import { TileGrid } from "../components/TileGrid";
import { WallToolbar } from "../components/WallToolbar";
import { filterTiles, sortTiles } from "../core/tiles";
import { useEscape } from "../hooks/useEscape";
import { useLessonSession } from "../hooks/useLessonSession";
import { useSelection } from "../hooks/useSelection";
import { useStore } from "../hooks/useStore";
import { useWallSettings } from "../hooks/useWallSettings";

/** Every pupil's screen of one lesson. */
export function WallPage() {
  const { site, lesson } = useParams({ from: "/signed-in/lessons/$site/$lesson/" });
  const session = useLessonSession();
  const view = useStore(session.view);
  const [settings, changeSettings] = useWallSettings();
  const [search, setSearch] = useState("");
  const [selected, toggle, clear] = useSelection();
  const navigate = useNavigate();
  useEscape(clear);
  const [start] = useState(session.lastOpened);

  const devices = view?.devices;
  const tiles = useMemo(
    () => filterTiles(sortTiles(devices?.values() ?? [], settings.order), search),
    [devices, settings.order, search],
  );
  const chosen = [...selected].filter((id) => devices?.has(id));

  useEffect(
    () => session.screens.setPicturesMs(settings.picturesMs),
    [session, settings.picturesMs],
  );

  const open = useCallback(
    (device: string) => {
      // Before the page changes: the sooner the device knows, the sooner its screen is sharp.
      session.openScreen(device);
      void navigate({
        to: "/lessons/$site/$lesson/screens/$device",
        params: { site, lesson, device },
      });
    },
    [session, navigate, site, lesson],
  );

  if (view === null) return <Loading what="Waiting for the lesson" />;
  if (view.state.ended) return <LessonEnded name={view.state.class_name} />;
  return (
    <Stack component="main" id="main" p="md" gap="md">
      <LessonHead view={view} />
      <WallToolbar
        search={search}
        onSearch={setSearch}
        settings={settings}
        onSettings={changeSettings}
      >
        <LockButtons selected={chosen} isLocked={view.state.locks.length > 0} />
        <LeaveButtons site={site} lesson={lesson} othersStay={view.state.teachers.length > 1} />
      </WallToolbar>
      {tiles.length === 0 && (
        <Text size="lg">
          {view.devices.size === 0
            ? "No pupil is in the lesson yet. They appear here as they sign on."
            : "No pupil, device or application matches the search."}
        </Text>
      )}
      <TileGrid
        devices={tiles}
        settings={settings}
        selected={selected}
        start={start}
        onOpen={open}
        onSelect={toggle}
      />
    </Stack>
  );
}
