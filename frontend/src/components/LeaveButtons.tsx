import { Button } from "@mantine/core";
import { useState } from "react";
import { useLessonLeaving } from "../hooks/useLessonLeaving";
import { ConfirmDialog } from "./ConfirmDialog";
import { Icon } from "./Icon";

interface LeaveButtonsProps {
  readonly site: string;
  readonly lesson: string;
  /** Whether another teacher stays when this one leaves. */
  readonly othersStay: boolean;
}

/** End the lesson, or leave it to the other teachers. */
export function LeaveButtons({ site, lesson, othersStay }: LeaveButtonsProps) {
  const leaving = useLessonLeaving(site, lesson);
  const [isEnding, setIsEnding] = useState(false);
  return (
    <>
      {othersStay && (
        <Button
          variant="default"
          leftSection={<Icon name="leave" />}
          loading={leaving.isPending && !isEnding}
          onClick={() => leaving.mutate("leave")}
        >
          Leave lesson
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<Icon name="end" />}
        onClick={() => {
          leaving.reset();
          setIsEnding(true);
        }}
      >
        End lesson
      </Button>
      {isEnding && (
        <ConfirmDialog
          title="End the lesson?"
          text={
            othersStay
              ? "It ends for every teacher. All screens are unlocked and nobody looks at them any more."
              : "All screens are unlocked and nobody looks at them any more."
          }
          action="End the lesson"
          error={leaving.error}
          isPending={leaving.isPending}
          onConfirm={() => leaving.mutate("end")}
          onClose={() => setIsEnding(false)}
        />
      )}
    </>
  );
}
