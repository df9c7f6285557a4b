import { Center, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Brand } from "./Brand";

interface EntryCardProps {
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}

/** The card on the pages that are seen before anybody is signed in. */
export function EntryCard({ title, lead, children }: EntryCardProps) {
  return (
    <Center component="main" id="main" mih="100vh" p="md">
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={460} bg="var(--formroom-card)">
        <Stack gap="md">
          <Brand />
          <div>
            <Title order={1} fz="h2">
              {title}
            </Title>
            <Text c="dimmed" mt={4}>
              {lead}
            </Text>
          </div>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
