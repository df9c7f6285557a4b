import { Alert, Container, Stack, Text, Title } from "@mantine/core";
import { ErrorNote } from "../components/ErrorNote";
import { HubTable } from "../components/HubTable";
import { Icon } from "../components/Icon";
import { LinkButton } from "../components/LinkButton";
import { Loading } from "../components/Loading";
import { RestartTable } from "../components/RestartTable";
import { ServerFacts } from "../components/ServerFacts";
import { ShardTable } from "../components/ShardTable";
import { aboutSeconds } from "../core/duration";
import { troubleOf } from "../core/status";
import { usePageTitle } from "../hooks/usePageTitle";
import { useStatus } from "../hooks/useStatus";

export function StatusPage() {
  usePageTitle("Server");
  const { data: status, error, isPending } = useStatus();
  return (
    <Container component="main" id="main" size="xl" py="lg">
      <Stack gap="lg">
        <Title order={1}>Server</Title>
        <ErrorNote error={error} title="The server's state could not be read" />
        {isPending && <Loading what="Asking the server" />}
        {status && (
          <>
            {troubleOf(status) === "" ? (
              <Alert role="status" color="green" variant="outline" icon={<Icon name="check" />}>
                Every part answered{" "}
                {aboutSeconds(Math.max(0, status.now_ms - status.asked_at_ms) / 1000)} ago.
              </Alert>
            ) : (
              <Alert role="alert" color="red" variant="outline" icon={<Icon name="alert" />}>
                {troubleOf(status)}
              </Alert>
            )}
            {status.certificate_warning !== "" && (
              <Alert role="alert" color="yellow" variant="outline" icon={<Icon name="alert" />}>
                {status.certificate_warning}
              </Alert>
            )}
            <ServerFacts status={status} />
            <LinkButton to="/uptime" variant="default" w="fit-content">
              Uptime, month by month
            </LinkButton>
            <Title order={2}>Hubs</Title>
            <HubTable hubs={status.hubs} />
            <Title order={2}>Shards</Title>
            <ShardTable shards={status.shards} />
            <Title order={2}>Last restarts</Title>
            {status.restarts.length === 0 ? (
              <Text>None since this hub started.</Text>
            ) : (
              <RestartTable restarts={status.restarts} />
            )}
          </>
        )}
      </Stack>
    </Container>
  );
}
