import { Button, Group, Text } from "@mantine/core";

interface MoreButtonProps {
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly onMore: () => void;
  readonly count: number;
  readonly what: string;
}

/** How much is shown, and the way to what is older. */
export function MoreButton({ hasMore, isLoading, onMore, count, what }: MoreButtonProps) {
  return (
    <Group>
      <Text role="status" c="dimmed">
        {count === 0 ? `There are no ${what}.` : `${count} ${what} shown${hasMore ? "" : ", all"}.`}
      </Text>
      {hasMore && (
        <Button variant="default" loading={isLoading} onClick={onMore}>
          Show older ones
        </Button>
      )}
    </Group>
  );
}
