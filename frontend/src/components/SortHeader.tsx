import { Table, UnstyledButton } from "@mantine/core";
import { Icon } from "./Icon";

interface SortHeaderProps {
  readonly text: string;
  /** How the table is arranged by this column; null: by another one. */
  readonly order: "ascending" | "descending" | null;
  readonly onSort: () => void;
}

/** The head of a column by which the table can be arranged. */
export function SortHeader({ text, order, onSort }: SortHeaderProps) {
  return (
    <Table.Th aria-sort={order ?? "none"}>
      <UnstyledButton onClick={onSort} fw={650} fz="sm" mih={24}>
        {text} {order !== null && <Icon name={order === "ascending" ? "up" : "down"} size={14} />}
      </UnstyledButton>
    </Table.Th>
  );
}
