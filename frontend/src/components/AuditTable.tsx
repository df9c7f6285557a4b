import { Table } from "@mantine/core";
import { type AuditEntry, actWords } from "../core/audit";
import { dayAndTime } from "../core/duration";
import { DataTable } from "./DataTable";

const HEADS = ["Number", "When", "School", "Who", "What", "Of", "Pupil's account", "Details"];

/** Who did what, one act a row. */
export function AuditTable({ entries }: { readonly entries: readonly AuditEntry[] }) {
  const head = HEADS.map((text) => <Table.Th key={text}>{text}</Table.Th>);
  return (
    <DataTable caption="Audit record" head={head} minWidth={1000}>
      {entries.map((entry) => (
        <Table.Tr key={entry.number}>
          <Table.Td>{entry.number}</Table.Td>
          <Table.Td>{dayAndTime(entry.at_ms)}</Table.Td>
          <Table.Td>{entry.site}</Table.Td>
          <Table.Td>{entry.person_name || entry.person}</Table.Td>
          <Table.Td>{actWords(entry.act)}</Table.Td>
          <Table.Td>{entry.subject}</Table.Td>
          <Table.Td>{entry.pupil}</Table.Td>
          <Table.Td>{entry.detail}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
