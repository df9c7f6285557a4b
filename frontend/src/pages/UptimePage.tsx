import { Container, List, Stack, Text, Title } from "@mantine/core";
import { ErrorNote } from "../components/ErrorNote";
import { Loading } from "../components/Loading";
import { UptimeTable } from "../components/UptimeTable";
import { aboutSeconds, dayAndTime } from "../core/duration";
import { OUTCOMES, type UptimeHistory } from "../core/uptime";
import { usePageTitle } from "../hooks/usePageTitle";
import { useUptime } from "../hooks/useUptime";

/** For everybody, signed in or not. */
export function UptimePage() {
  usePageTitle("Uptime");
  const { data: history, error, isPending } = useUptime();
  return (
    <Container component="main" id="main" size="lg" py="lg">
      <Stack gap="lg">
        <Title order={1}>Uptime of this server</Title>
        <Text maw={760}>
          A program signs on as a device and as a teacher, says something, and waits until the
          teacher sees it: within 5 seconds is up, everything else is down. Where no program
          measured, nothing is claimed.
        </Text>
        <ErrorNote error={error} title="The history could not be read" />
        {isPending && <Loading what="Reading the history" />}
        {history && <History history={history} />}
      </Stack>
    </Container>
  );
}

function History({ history }: { readonly history: UptimeHistory }) {
  if (history.months.length === 0) {
    return <Text fw={650}>Nobody has measured this server yet.</Text>;
  }
  return (
    <>
      <List>
        {history.probes.map(({ probe, at_ms, outcome, seen_ms }) => (
          <List.Item key={probe}>
            {probe}: {OUTCOMES[outcome] ?? outcome}
            {seen_ms !== null && `, seen after ${aboutSeconds(seen_ms / 1000)}`}, measured{" "}
            {aboutSeconds(Math.max(0, history.now_ms - at_ms) / 1000)} ago
          </List.Item>
        ))}
      </List>
      <UptimeTable months={history.months} />
      <Text c="dimmed">
        School hours are {history.school_hours} on weekdays, holidays too, in the time zone{" "}
        {history.time_zone}.
      </Text>
      <Title order={2}>Last failures</Title>
      {history.failures.length === 0 ? (
        <Text>None.</Text>
      ) : (
        <List>
          {history.failures.map(({ probe, at_ms, outcome }) => (
            <List.Item key={`${probe}-${at_ms}`}>
              {dayAndTime(at_ms)}: {OUTCOMES[outcome] ?? outcome} ({probe})
            </List.Item>
          ))}
        </List>
      )}
    </>
  );
}
