import { Group, Text, Title } from "@mantine/core";
import { counted } from "../core/counts";
import { clockText, timeOfDay } from "../core/duration";
import type { LessonView } from "../core/lesson";
import { lockCount, nextUnlockMs } from "../core/lock";
import { useSecondsLeft } from "../hooks/useSecondsLeft";

/** The class, its teachers, and how many devices are there and locked. */
export function LessonHead({ view: { state, devices } }: { readonly view: LessonView }) {
  const left = useSecondsLeft(nextUnlockMs(state.locks));
  const all = [...devices.values()];
  const connected = all.filter(({ connection }) => connection === "connected").length;
  const locks = lockCount(all);
  return (
    <Group justify="space-between" align="baseline" gap="md">
      <Group align="baseline" gap="md">
        <Title order={1} fz="h2">
          {state.class_name}
        </Title>
        <Text c="dimmed">
          {state.teachers.length === 1 ? "Teacher" : "Teachers"}: {state.teachers.join(", ")} ·
          since {timeOfDay(state.started_at_ms)}
        </Text>
      </Group>
      <Text fw={600} data-testid="lesson-counts">
        {connected} of {counted(all.length, "device")} connected
        {locks.wanted > 0 && ` · ${locks.applied} of ${locks.wanted} confirmed locked`}
        {left !== null && ` · unlock in ${clockText(left)}`}
      </Text>
    </Group>
  );
}
