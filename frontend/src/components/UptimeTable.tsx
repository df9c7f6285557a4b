import { Table, Text } from "@mantine/core";
import { aboutSeconds } from "../core/duration";
import { monthWords, type Uptime, type UptimeMonth, unknownPercent } from "../core/uptime";
import { Chip } from "./Chip";
import { DataTable } from "./DataTable";

const HEADS = ["Month", "Measured by", "School hours", "All hours"];

/** The months of the server, the newest first. */
export function UptimeTable({ months }: { readonly months: readonly UptimeMonth[] }) {
  const head = HEADS.map((text) => <Table.Th key={text}>{text}</Table.Th>);
  return (
    <DataTable caption="Uptime by month" head={head} minWidth={640}>
      {months.map(({ month, probe, school, all }) => (
        <Table.Tr key={`${month}-${probe}`}>
          <Table.Th scope="row" fw={400}>
            {monthWords(month)}
          </Table.Th>
          <Table.Td>{probe}</Table.Td>
          <Table.Td>
            <Figure uptime={school} />
          </Table.Td>
          <Table.Td>
            <Figure uptime={all} />
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

function Figure({ uptime }: { readonly uptime: Uptime }) {
  if (uptime.uptime_percent === null) {
    return <Chip icon="unseen" tone="calm" text="Not measured" />;
  }
  const text = `${uptime.uptime_percent} % up`;
  return (
    <>
      {uptime.is_met ? (
        <Chip icon="check" tone="good" text={text} detail={`target ${uptime.target_percent} %`} />
      ) : (
        <Chip icon="alert" tone="bad" text={`${text}, target ${uptime.target_percent} %`} />
      )}
      <Text size="sm" c="dimmed">
        down for {aboutSeconds(uptime.down_s)}; {unknownPercent(uptime).toFixed(1)} % of the time
        not measured
      </Text>
    </>
  );
}
