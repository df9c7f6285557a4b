import { Badge, Button, Card, Group, Menu, Stack, Text, Title } from "@mantine/core";
import type { ClassEntry } from "../core/classes";
import { counted } from "../core/counts";
import { timeOfDay } from "../core/duration";
import { useLessonStart } from "../hooks/useLessonStart";
import { ErrorNote } from "./ErrorNote";
import { Icon } from "./Icon";
import { LinkButton } from "./LinkButton";

/** One class: start its lesson, join the one that runs, or edit it. */
export function ClassCard({ entry }: { readonly entry: ClassEntry }) {
  const start = useLessonStart(entry);
  const { lesson } = entry;
  return (
    <Card
      component="li"
      withBorder
      p="lg"
      bg="var(--formroom-card)"
      data-testid={`class-${entry.id}`}
    >
      <Stack gap="sm" h="100%" justify="space-between">
        <div>
          <Group justify="space-between" align="start" wrap="nowrap">
            <Title order={2} fz="h3">
              {entry.name}
            </Title>
            {lesson !== null && (
              <Badge
                variant="filled"
                size="lg"
                tt="none"
                leftSection={<Icon name="live" size={14} />}
              >
                Lesson running
              </Badge>
            )}
          </Group>
          <Text c="dimmed">
            {counted(entry.pupils, "pupil")}, {counted(entry.devices, "fixed device")}
          </Text>
          {lesson !== null && (
            <Text mt={4}>
              Since {timeOfDay(lesson.started_at_ms)}, with {lesson.teachers.join(", ")}
            </Text>
          )}
        </div>
        <ErrorNote error={start.error} />
        <Group gap="xs">
          {lesson !== null ? (
            <Button
              leftSection={<Icon name="play" />}
              loading={start.isPending}
              onClick={() => start.mutate(null)}
            >
              {lesson.mine ? "Go to the lesson" : "Join the lesson"}
              <span className="visually-hidden"> of {entry.name}</span>
            </Button>
          ) : (
            <Menu withInitialFocusPlaceholder={false} position="bottom-start" width={320}>
              <Menu.Target>
                <Button leftSection={<Icon name="play" />} loading={start.isPending}>
                  Start lesson
                  <span className="visually-hidden"> of {entry.name}</span>
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={<Icon name="device" />}
                  disabled={entry.devices === 0}
                  onClick={() => start.mutate("devices")}
                >
                  With the fixed devices ({entry.devices})
                </Menu.Item>
                <Menu.Item
                  leftSection={<Icon name="person" />}
                  disabled={entry.pupils === 0}
                  onClick={() => start.mutate("pupils")}
                >
                  With the pupils, on whatever device they sign on to ({entry.pupils})
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
          <LinkButton
            to="/classes/$site/$id/edit"
            params={{ site: entry.site, id: entry.id }}
            variant="default"
            leftSection={<Icon name="edit" />}
          >
            Edit<span className="visually-hidden"> {entry.name}</span>
          </LinkButton>
        </Group>
      </Stack>
    </Card>
  );
}
