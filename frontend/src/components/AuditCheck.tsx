import { Alert, Button, Group, Text } from "@mantine/core";
import type { AuditCheck as Check } from "../core/audit";
import { dayAndTime } from "../core/duration";
import { useAuditCheck } from "../hooks/useAuditCheck";
import { ErrorNote } from "./ErrorNote";
import { Icon } from "./Icon";

/** Has the chain of the record checked, and says what came out. */
export function AuditCheck() {
  const check = useAuditCheck();
  return (
    <>
      <Group>
        <Button
          variant="default"
          leftSection={<Icon name="check" />}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          Check the whole record
        </Button>
      </Group>
      <ErrorNote error={check.error} title="The record could not be checked" />
      {check.data && <Result check={check.data} />}
    </>
  );
}

function Result({ check }: { readonly check: Check }) {
  const isWhole = check.first_broken === null;
  return (
    <Alert
      role={isWhole ? "status" : "alert"}
      color={isWhole ? "green" : "red"}
      variant="outline"
      icon={<Icon name={isWhole ? "check" : "alert"} />}
    >
      <Text fw={650} size="sm">
        {isWhole ? "Every entry fits the one before it" : "The record was changed"}
      </Text>
      {isWhole
        ? `${check.entries.toLocaleString("en-GB")} entries, none of them changed and none missing in between. Whether the whole record was written anew shows only in a comparison with ends noted earlier: formroom audit verify --heads.`
        : `Entry ${check.first_broken} does not fit what comes before it. Somebody or something changed the database: keep a copy, and compare it with a backup.`}{" "}
      Checked {dayAndTime(check.checked_at_ms)}.
    </Alert>
  );
}
