import { Button, Container, Group, Stack, Text, Title } from "@mantine/core";
import { AuditCheck } from "../components/AuditCheck";
import { AuditTable } from "../components/AuditTable";
import { ErrorNote } from "../components/ErrorNote";
import { Icon } from "../components/Icon";
import { Loading } from "../components/Loading";
import { MoreButton } from "../components/MoreButton";
import { AUDIT_CSV } from "../core/audit";
import { useAudit } from "../hooks/useAudit";
import { usePageTitle } from "../hooks/usePageTitle";

export function AuditPage() {
  usePageTitle("Audit record");
  const pages = useAudit();
  const entries = pages.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <Container component="main" id="main" size="xl" py="lg">
      <Stack gap="lg">
        <Group justify="space-between">
          <Title order={1}>Audit record</Title>
          <Button
            component="a"
            href={AUDIT_CSV}
            download
            variant="default"
            leftSection={<Icon name="download" />}
          >
            Download as CSV
          </Button>
        </Group>
        <Text maw={760}>
          Who began lessons, opened and controlled screens, and locked them. Each entry carries a
          fingerprint of the one before it, so that a change to the record is found.
        </Text>
        <AuditCheck />
        <ErrorNote error={pages.error} title="The record could not be read" />
        {pages.isPending && <Loading what="Reading the record" />}
        {pages.data && (
          <>
            <AuditTable entries={entries} />
            <MoreButton
              hasMore={pages.hasNextPage}
              isLoading={pages.isFetchingNextPage}
              onMore={() => void pages.fetchNextPage()}
              count={entries.length}
              what="entries"
            />
          </>
        )}
      </Stack>
    </Container>
  );
}
