import { Container, Group, Pagination, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { ErrorNote } from "../components/ErrorNote";
import { Icon } from "../components/Icon";
import { Loading } from "../components/Loading";
import { type SiteOrder, SiteTable } from "../components/SiteTable";
import { TrustFacts } from "../components/TrustFacts";
import { counted } from "../core/counts";
import { arranged } from "../core/trust";
import { usePageTitle } from "../hooks/usePageTitle";
import { useTrustOverview } from "../hooks/useTrustOverview";

const PAGE = 25;

export function TrustPage() {
  usePageTitle("Schools");
  const overview = useTrustOverview();
  const [text, setText] = useState("");
  const [order, setOrder] = useState<SiteOrder>({ column: "name", isDescending: false });
  const [page, setPage] = useState(1);
  const sites = overview.data
    ? arranged(overview.data, text, order.column, order.isDescending)
    : [];
  const pages = Math.max(1, Math.ceil(sites.length / PAGE));
  const shown = Math.min(page, pages);
  return (
    <Container component="main" id="main" size="xl" py="lg">
      <Stack gap="lg">
        <Title order={1}>Schools</Title>
        <ErrorNote error={overview.error} title="The schools could not be read" />
        {overview.isPending && <Loading what="Reading the schools" />}
        {overview.data && (
          <>
            <TrustFacts sites={overview.data.sites} />
            <Group justify="space-between">
              <TextInput
                label="Find a school"
                leftSection={<Icon name="search" />}
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
              />
              <Text role="status" c="dimmed">
                {counted(sites.length, "school")}
              </Text>
            </Group>
            <SiteTable
              sites={sites.slice((shown - 1) * PAGE, shown * PAGE)}
              since={overview.data.since}
              order={order}
              onOrder={setOrder}
            />
            {pages > 1 && (
              <Pagination
                total={pages}
                value={shown}
                onChange={setPage}
                getItemProps={(number) => ({ "aria-label": `Page ${number}` })}
                getControlProps={(control) => ({ "aria-label": `${control} page` })}
              />
            )}
          </>
        )}
      </Stack>
    </Container>
  );
}
