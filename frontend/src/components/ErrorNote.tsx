import { Alert } from "@mantine/core";
import { Icon } from "./Icon";

interface ErrorNoteProps {
  readonly error: Error | null;
  readonly title?: string;
}

/** Says what went wrong, and is announced; nothing when nothing did. */
export function ErrorNote({ error, title }: ErrorNoteProps) {
  if (error === null) return null;
  return (
    <Alert role="alert" color="red" variant="outline" title={title} icon={<Icon name="alert" />}>
      {error.message}
    </Alert>
  );
}
