import { Button, Group, Stack, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { counted } from "../core/counts";
import { useLessonSession } from "../hooks/useLessonSession";
import { Dialog } from "./Dialog";
import { ErrorNote } from "./ErrorNote";

interface LockDialogProps {
  /** Devices to lock; empty: all, and those that join later. */
  readonly devices: readonly string[];
  /** Who is locked, in words. */
  readonly who?: string;
  readonly onClose: () => void;
}

/** Lock screens, with a message and, if wanted, a countdown that unlocks them by itself. */
export function LockDialog({ devices, who, onClose }: LockDialogProps) {
  const session = useLessonSession();
  const [message, setMessage] = useState("");
  const [hasCountdown, setHasCountdown] = useState(false);
  const [minutes, setMinutes] = useState("5");
  const countdownS = hasCountdown ? Number(minutes) * 60 : null;
  const fault = countdownS !== null && !(countdownS >= 5 && countdownS <= 14_400);
  const lock = useMutation({
    mutationFn: () => session.lock(devices, message.trim(), countdownS),
    onSuccess: onClose,
  });
  const target =
    who ??
    (devices.length === 0
      ? "all screens, and those that join later"
      : counted(devices.length, "selected screen"));
  return (
    <Dialog title={`Lock ${target}`} onClose={onClose} testId="lock-dialog">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!fault) lock.mutate();
        }}
      >
        <Stack gap="md">
          <Text size="sm">
            Each screen is covered with your message, and keyboard and mouse do nothing. The lock
            ends by itself when the server cannot be reached for some time.
          </Text>
          <Textarea
            label="Message to the pupils"
            placeholder="Eyes to the front, please."
            maxLength={500}
            autosize
            minRows={2}
            data-autofocus
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
          />
          <Switch
            label="Unlock by itself after a countdown"
            checked={hasCountdown}
            onChange={(event) => setHasCountdown(event.currentTarget.checked)}
          />
          {hasCountdown && (
            <TextInput
              type="number"
              label="Minutes"
              description="The pupils see the countdown. At most 240 minutes."
              min={0.1}
              max={240}
              step="any"
              value={minutes}
              onChange={(event) => setMinutes(event.currentTarget.value)}
              error={fault ? "Enter between 5 seconds (0.1) and 240 minutes." : null}
            />
          )}
          <ErrorNote error={lock.error} title="The screens were not locked" />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={lock.isPending}>
              Lock
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
