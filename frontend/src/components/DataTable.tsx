import { ScrollArea, Table } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./DataTable.module.css";

interface DataTableProps {
  /** What the table is, for those who do not see where it stands. */
  readonly caption: string;
  readonly head: ReactNode;
  readonly children: ReactNode;
  readonly minWidth?: number;
}

/** A table that scrolls by itself where the page is too narrow for it. */
export function DataTable({ caption, head, children, minWidth = 720 }: DataTableProps) {
  return (
    <ScrollArea
      className={classes.frame}
      type="auto"
      viewportProps={{ tabIndex: 0, role: "region", "aria-label": caption }}
    >
      <Table miw={minWidth} verticalSpacing="xs" highlightOnHover stickyHeader={false}>
        <caption className="visually-hidden">{caption}</caption>
        <Table.Thead>
          <Table.Tr>{head}</Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
