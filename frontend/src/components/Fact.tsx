import { Card, Text } from "@mantine/core";

interface FactProps {
  readonly name: string;
  readonly value: string;
  /** What has to be known of the value. */
  readonly note?: string | undefined;
}

/** One figure with its name. */
export function Fact({ name, value, note }: FactProps) {
  return (
    <Card component="li" withBorder p="md" bg="var(--formroom-card)">
      <Text c="dimmed" size="sm">
        {name}
      </Text>
      <Text fz={26} fw={650} lh={1.2}>
        {value}
      </Text>
      {note !== undefined && (
        <Text size="sm" c="dimmed">
          {note}
        </Text>
      )}
    </Card>
  );
}
