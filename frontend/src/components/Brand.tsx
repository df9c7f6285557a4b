import { Group, Text } from "@mantine/core";

/** The product's mark and name. */
export function Brand() {
  return (
    <Group gap={10} wrap="nowrap">
      <img src="/icon.svg" alt="" width={28} height={28} />
      <Text component="span" fw={700} fz="lg" lh={1}>
        Formroom
      </Text>
    </Group>
  );
}
