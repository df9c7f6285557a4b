import { Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { counted } from "../core/counts";
import { type Column, type SiteOverview, sum, trendOf } from "../core/trust";
import { Chip } from "./Chip";
import { DataTable } from "./DataTable";
import { SortHeader } from "./SortHeader";
import { Sparkline } from "./Sparkline";

const HEADS: readonly (readonly [Column, string])[] = [
  ["name", "School"],
  ["devices", "Enrolled"],
  ["connected", "Connected"],
  ["signed_on", "Signed on"],
  ["lessons", "Lessons"],
  ["events", "Events, 28 days"],
];

export interface SiteOrder {
  readonly column: Column;
  readonly isDescending: boolean;
}

interface SiteTableProps {
  readonly sites: readonly SiteOverview[];
  readonly since: string;
  readonly order: SiteOrder;
  readonly onOrder: (order: SiteOrder) => void;
}

/** The schools of a trust, one a row. */
export function SiteTable({ sites, since, order, onOrder }: SiteTableProps) {
  const head = HEADS.map(([column, text]) => {
    const isThis = column === order.column;
    return (
      <SortHeader
        key={column}
        text={text}
        order={isThis ? (order.isDescending ? "descending" : "ascending") : null}
        onSort={() =>
          onOrder({ column, isDescending: isThis ? !order.isDescending : column !== "name" })
        }
      />
    );
  });
  return (
    <DataTable caption="Schools" head={head} minWidth={860}>
      {sites.map((site) => (
        <SiteRow key={site.id} site={site} since={since} />
      ))}
    </DataTable>
  );
}

function SiteRow({ site, since }: { readonly site: SiteOverview; readonly since: string }) {
  const trend = trendOf(site, since);
  const events = sum(trend);
  return (
    <Table.Tr data-testid={`site-${site.id}`}>
      <Table.Th scope="row" fw={400}>
        <Link to="/sites/$site/events" params={{ site: site.id }}>
          {site.name}
        </Link>{" "}
        {site.degraded && (
          <Chip
            icon="alert"
            tone="warn"
            text="Figures of now unknown"
            detail="the part of the server that keeps them is restarting"
          />
        )}
      </Table.Th>
      <Table.Td>{site.devices}</Table.Td>
      <Table.Td>{known(site.connected)}</Table.Td>
      <Table.Td>{known(site.signed_on)}</Table.Td>
      <Table.Td>
        {known(site.lessons)}
        {site.in_lesson !== null && site.in_lesson > 0 && (
          <Text span c="dimmed" size="sm">
            {" "}
            with {counted(site.in_lesson, "device")}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Trend counts={trend} events={events} />
      </Table.Td>
    </Table.Tr>
  );
}

function Trend({ counts, events }: { readonly counts: number[]; readonly events: number }) {
  const today = counts.at(-1) ?? 0;
  const most = Math.max(0, ...counts);
  return (
    <Group gap="sm" wrap="nowrap">
      <Sparkline
        counts={counts}
        title={`${counted(events, "event")} in 28 days, ${today} today, at most ${most} in a day`}
      />
      {events.toLocaleString("en-GB")}
    </Group>
  );
}

function known(figure: number | null): string {
  return figure === null ? "unknown" : String(figure);
}
