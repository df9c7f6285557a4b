import { Button, Container, Title } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useCallback } from "react";
import { LessonEnded } from "../components/LessonEnded";
import { Loading } from "../components/Loading";
import { ScreenView } from "../components/ScreenView";
import { sortTiles } from "../core/tiles";
import { useLessonSession } from "../hooks/useLessonSession";
import { useStore } from "../hooks/useStore";
import { useWallSettings } from "../hooks/useWallSettings";

/** One screen of the lesson; its address may be opened directly. */
export function ScreenPage() {
  const { site, lesson, device } = useParams({
    from: "/signed-in/lessons/$site/$lesson/screens/$device",
  });
  const session = useLessonSession();
  const view = useStore(session.view);
  const [{ order }] = useWallSettings();
  const navigate = useNavigate();
  const onBack = useCallback(
    () => void navigate({ to: "/lessons/$site/$lesson", params: { site, lesson } }),
    [navigate, site, lesson],
  );
  const onOpen = (other: string) => {
    session.openScreen(other);
    void navigate({
      to: "/lessons/$site/$lesson/screens/$device",
      params: { site, lesson, device: other },
      replace: true,
    });
  };

  if (view === null) return <Loading what="Waiting for the lesson" />;
  if (view.state.ended) return <LessonEnded name={view.state.class_name} />;
  const state = view.devices.get(device);
  if (state === undefined) {
    return (
      <Container component="main" id="main" size="sm" py="xl">
        <Title order={1} mb="md">
          This device is not in the lesson
        </Title>
        <Button onClick={onBack}>Back to the wall</Button>
      </Container>
    );
  }
  const tiles = sortTiles(view.devices.values(), order);
  const index = tiles.indexOf(state);
  return (
    <ScreenView
      key={device}
      device={state}
      previous={tiles[index - 1]?.device ?? null}
      next={tiles[index + 1]?.device ?? null}
      onOpen={onOpen}
      onBack={onBack}
    />
  );
}
