import { Center, Loader, Stack, Text } from "@mantine/core";

/** Shown while a page waits for the server. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <Center mih="40vh">
      <Stack align="center" gap="sm" role="status">
        <Loader aria-hidden="true" />
        <Text c="dimmed">{what}</Text>
      </Stack>
    </Center>
  );
}
