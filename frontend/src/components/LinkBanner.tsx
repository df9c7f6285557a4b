import { Alert, Button, Group } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Link } from "../core/hubSocket";
import { useLessonSession } from "../hooks/useLessonSession";
import { PERSON_KEY } from "../hooks/usePerson";
import { useStore } from "../hooks/useStore";
import { Icon } from "./Icon";

/** Says plainly when the server is out of reach or not at its best; nothing otherwise. */
export function LinkBanner() {
  const { socket, service, obstacle } = useLessonSession();
  const queries = useQueryClient();
  const link = useStore(socket.link);
  const { state, detail } = useStore(service);
  const isSignedOut = link.state === "ended" && link.reason === "signed_out";
  useEffect(() => {
    if (isSignedOut) queries.setQueryData(PERSON_KEY, null);
  }, [isSignedOut, queries]);

  const refusal = useStore(obstacle);
  const trouble =
    troubleOf(link) ?? refusal?.message ?? (state === "degraded" ? detail || DEGRADED : null);
  if (trouble === null) return null;
  const canRetry = link.state === "waiting" || link.state === "ended";
  return (
    <Alert
      role="alert"
      color="yellow"
      variant="filled"
      radius={0}
      py="xs"
      icon={<Icon name="unlinked" />}
      data-testid="link-banner"
    >
      <Group justify="space-between" gap="xs">
        {trouble}
        {canRetry && (
          <Button
            size="xs"
            variant="default"
            onClick={() => (link.state === "ended" ? socket.open() : socket.retry())}
          >
            Try now
          </Button>
        )}
      </Group>
    </Alert>
  );
}

const DEGRADED = "The service is not at its best. What you see may be late.";

function troubleOf(link: Link): string | null {
  if (link.state === "waiting") {
    return "The connection to the server is lost. What you see may be old; locks on the pupils' devices end by themselves. Trying again.";
  }
  if (link.state !== "ended") return null;
  return {
    replaced:
      "This lesson was opened in another window, and this one is no longer kept up to date.",
    version: "The server speaks a newer version. Load the page again.",
    signed_out: "You are signed out.",
  }[link.reason];
}
