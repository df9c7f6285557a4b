import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { labelOf } from "../core/device";
import { useLessonSession } from "../hooks/useLessonSession";
import type { DeviceState } from "../wire/messages";
import { ErrorNote } from "./ErrorNote";
import { Icon } from "./Icon";
import { LockDialog } from "./LockDialog";

/** Lock or unlock the opened screen only. */
export function LockThisButton({ device }: { readonly device: DeviceState }) {
  const session = useLessonSession();
  const [isAsking, setIsAsking] = useState(false);
  const devices = [device.device];
  const unlock = useMutation({ mutationFn: () => session.unlock(devices) });
  return (
    <>
      <ErrorNote error={unlock.error} title="The screen was not unlocked" />
      {device.lock === null ? (
        <Button
          variant="default"
          leftSection={<Icon name="lock" />}
          onClick={() => setIsAsking(true)}
        >
          Lock this screen
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<Icon name="unlock" />}
          loading={unlock.isPending}
          onClick={() => unlock.mutate()}
        >
          Unlock this screen
        </Button>
      )}
      {isAsking && (
        <LockDialog
          devices={devices}
          who={`the screen of ${labelOf(device)}`}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  );
}
