import { Table } from "@mantine/core";
import { dayAndTime } from "../core/duration";
import type { ServerStatus } from "../core/status";
import { DataTable } from "./DataTable";

const HEADS = ["When", "Part", "What this hub saw"];

/** The last restarts, the newest first. */
export function RestartTable({ restarts }: { readonly restarts: ServerStatus["restarts"] }) {
  const head = HEADS.map((text) => <Table.Th key={text}>{text}</Table.Th>);
  return (
    <DataTable caption="Last restarts" head={head} minWidth={560}>
      {restarts.map((restart) => (
        <Table.Tr key={`${restart.part}-${restart.at_ms}-${restart.cause}`}>
          <Table.Td>{dayAndTime(restart.at_ms)}</Table.Td>
          <Table.Td>{restart.part}</Table.Td>
          <Table.Td>{restart.cause}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
