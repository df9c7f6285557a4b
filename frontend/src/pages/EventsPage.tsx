import { Button, Container, Group, Select, Stack, Title } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ErrorNote } from "../components/ErrorNote";
import { EventFilters } from "../components/EventFilters";
import { EventTable } from "../components/EventTable";
import { Icon } from "../components/Icon";
import { Loading } from "../components/Loading";
import { MoreButton } from "../components/MoreButton";
import { type EventFilter, eventsCsv } from "../core/events";
import { sitesWith } from "../core/session";
import { useEvents } from "../hooks/useEvents";
import { usePageTitle } from "../hooks/usePageTitle";
import { usePerson } from "../hooks/usePerson";

export function EventsPage() {
  const { site } = useParams({ from: "/signed-in/sites/$site/events" });
  const person = usePerson().data;
  const navigate = useNavigate();
  const [filter, setFilter] = useState<EventFilter>({ device: "", kind: "" });
  const pages = useEvents(site, filter);
  const events = pages.data?.pages.flatMap((page) => page.events) ?? [];
  const sites = person ? sitesWith(person, "read_device_events") : [];
  const name = sites.find(({ id }) => id === site)?.name ?? site;
  usePageTitle(`Events of ${name}`);
  return (
    <Container component="main" id="main" size="xl" py="lg">
      <Stack gap="lg">
        <Title order={1}>Events of {name}</Title>
        <Group justify="space-between" align="end">
          <Group align="end" gap="sm">
            {sites.length > 1 && (
              <Select
                label="School"
                description="Whose devices"
                searchable
                allowDeselect={false}
                data={sites.map(({ id, name: label }) => ({ value: id, label }))}
                value={site}
                onChange={(id) =>
                  id && void navigate({ to: "/sites/$site/events", params: { site: id } })
                }
              />
            )}
            <EventFilters filter={filter} onFilter={setFilter} />
          </Group>
          <Button
            component="a"
            href={eventsCsv(site, filter)}
            download
            variant="default"
            leftSection={<Icon name="download" />}
          >
            Download as CSV
          </Button>
        </Group>
        <ErrorNote error={pages.error} title="The events could not be read" />
        {pages.isPending && <Loading what="Reading the events" />}
        {pages.data && (
          <>
            <EventTable events={events} />
            <MoreButton
              hasMore={pages.hasNextPage}
              isLoading={pages.isFetchingNextPage}
              onMore={() => void pages.fetchNextPage()}
              count={events.length}
              what="events"
            />
          </>
        )}
      </Stack>
    </Container>
  );
}
