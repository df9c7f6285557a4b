import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useLessonSession } from "../hooks/useLessonSession";
import { ErrorNote } from "./ErrorNote";
import { Icon } from "./Icon";
import { LockDialog } from "./LockDialog";

interface LockButtonsProps {
  /** The selected devices; none: the buttons act on all. */
  readonly selected: readonly string[];
  /** Whether any lock is wanted now. */
  readonly isLocked: boolean;
}

/** Lock and unlock the selected screens, or all of them. */
export function LockButtons({ selected, isLocked }: LockButtonsProps) {
  const session = useLessonSession();
  const [isAsking, setIsAsking] = useState(false);
  const unlock = useMutation({ mutationFn: () => session.unlock(selected) });
  const which = selected.length === 0 ? "all" : `selected (${selected.length})`;
  return (
    <>
      <ErrorNote error={unlock.error} title="The screens were not unlocked" />
      <Button leftSection={<Icon name="lock" />} onClick={() => setIsAsking(true)}>
        Lock {which}
      </Button>
      <Button
        variant="default"
        leftSection={<Icon name="unlock" />}
        disabled={!isLocked}
        loading={unlock.isPending}
        onClick={() => unlock.mutate()}
      >
        Unlock {which}
      </Button>
      {isAsking && <LockDialog devices={selected} onClose={() => setIsAsking(false)} />}
    </>
  );
}
