import { Table } from "@mantine/core";
import { aboutSeconds } from "../core/duration";
import type { HubStatus } from "../core/status";
import { Chip } from "./Chip";
import { DataTable } from "./DataTable";

const HEADS = ["Hub", "State", "Process", "Address", "Devices", "Consoles", "Items waiting"];

/** The programs that hold the sockets. */
export function HubTable({ hubs }: { readonly hubs: readonly HubStatus[] }) {
  const head = HEADS.map((text) => <Table.Th key={text}>{text}</Table.Th>);
  return (
    <DataTable caption="Hubs" head={head}>
      {hubs.map((hub) => (
        <Table.Tr key={hub.name}>
          <Table.Th scope="row" fw={400}>
            {hub.name}
            {hub.is_this && " (you are here)"}
          </Table.Th>
          <Table.Td>
            <State hub={hub} />
          </Table.Td>
          <Table.Td>
            {hub.pid} on {hub.node}
          </Table.Td>
          <Table.Td>{hub.address}</Table.Td>
          <Table.Td>{hub.devices}</Table.Td>
          <Table.Td>{hub.consoles}</Table.Td>
          <Table.Td>{hub.items_waiting}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

function State({ hub }: { readonly hub: HubStatus }) {
  if (hub.is_silent) {
    return <Chip icon="alert" tone="bad" text={`Silent for ${aboutSeconds(hub.age_s)}`} />;
  }
  if (hub.degraded !== "") {
    return <Chip icon="alert" tone="warn" text="Degraded" detail={hub.degraded} />;
  }
  return <Chip icon="online" tone="good" text="Serving" />;
}
