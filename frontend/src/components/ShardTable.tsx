import { Table } from "@mantine/core";
import { aboutSeconds } from "../core/duration";
import type { ShardStatus } from "../core/status";
import { Chip } from "./Chip";
import { DataTable } from "./DataTable";

const HEADS = [
  "Shard",
  "State",
  "Process",
  "Life",
  "Devices",
  "Queue",
  "Records waiting",
  "Lag",
  "Memory",
  "Restarts",
];

/** The parts that keep the state of devices and lessons. */
export function ShardTable({ shards }: { readonly shards: readonly ShardStatus[] }) {
  const head = HEADS.map((text) => <Table.Th key={text}>{text}</Table.Th>);
  return (
    <DataTable caption="Shards" head={head} minWidth={1000}>
      {shards.map((shard) => (
        <Table.Tr key={shard.name}>
          <Table.Th scope="row" fw={400}>
            {shard.name}
          </Table.Th>
          <Table.Td>
            {shard.is_up ? (
              <Chip icon="online" tone="good" text="Up" />
            ) : (
              <Chip icon="alert" tone="bad" text="Does not answer" />
            )}
          </Table.Td>
          <Table.Td>{shard.pid === undefined ? "" : `${shard.pid} on ${shard.node}`}</Table.Td>
          <Table.Td>{shard.life}</Table.Td>
          <Table.Td>{shard.devices}</Table.Td>
          <Table.Td>{shard.queue}</Table.Td>
          <Table.Td>{shard.records_waiting}</Table.Td>
          <Table.Td>{shard.lag_s !== undefined && aboutSeconds(shard.lag_s)}</Table.Td>
          <Table.Td>
            {shard.resident_bytes !== undefined && `${Math.round(shard.resident_bytes / 1e6)} MB`}
          </Table.Td>
          <Table.Td>{shard.restarts}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
