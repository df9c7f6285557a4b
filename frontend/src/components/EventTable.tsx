import { Table } from "@mantine/core";
import { dayAndTime } from "../core/duration";
import { type DeviceEvent, eventWords } from "../core/events";
import { DataTable } from "./DataTable";

const HEADS = ["Received", "Device", "What", "Account", "Details", "By the device's clock"];

/** What devices reported, one report a row. */
export function EventTable({ events }: { readonly events: readonly DeviceEvent[] }) {
  const head = HEADS.map((text) => <Table.Th key={text}>{text}</Table.Th>);
  return (
    <DataTable caption="Events" head={head} minWidth={900}>
      {events.map((event) => (
        <Table.Tr key={event.position}>
          <Table.Td>{dayAndTime(event.received_at_ms)}</Table.Td>
          <Table.Td>{event.device}</Table.Td>
          <Table.Td>{eventWords(event.kind)}</Table.Td>
          <Table.Td>{event.user || "nobody"}</Table.Td>
          <Table.Td>{event.detail}</Table.Td>
          <Table.Td>{dayAndTime(event.at_ms)}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
