import { SimpleGrid } from "@mantine/core";
import { aboutSeconds } from "../core/duration";
import type { ServerStatus } from "../core/status";
import { Fact } from "./Fact";

/** What is stored, and how quickly; what had to be dropped. */
export function ServerFacts({ status }: { readonly status: ServerStatus }) {
  const { archivist, sockets, event_loop: loop } = status;
  const age = archivist.commit_age_s;
  const lastCommit = age == null ? "none yet" : `${aboutSeconds(age)} ago`;
  return (
    <SimpleGrid component="ul" className="plain-list" cols={{ base: 2, sm: 3, lg: 4 }}>
      <Fact
        name="Records waiting"
        value={archivist.is_up ? String(archivist.records_waiting ?? 0) : "unknown"}
        note={
          archivist.is_up
            ? `the oldest for ${aboutSeconds(archivist.lag_s ?? 0)}`
            : "the archivist does not answer"
        }
      />
      <Fact
        name="Last commit"
        value={archivist.is_up ? lastCommit : "unknown"}
        note={`${archivist.mean_commit_ms ?? 0} ms on average, ${archivist.refused ?? 0} refused`}
      />
      <Fact
        name="Database"
        value={status.database}
        note={`up for ${aboutSeconds((status.now_ms - status.started_at_ms) / 1000)}`}
      />
      <Fact
        name="Messages taken here"
        value={sockets.frames_received.toLocaleString("en-GB")}
        note={`${sockets.frames_refused} refused, ${sockets.messages_set_aside} set aside`}
      />
      <Fact
        name="Pictures dropped here"
        value={sockets.pictures_dropped.toLocaleString("en-GB")}
        note="for newer ones"
      />
      <Fact name="Slow consoles dropped here" value={String(sockets.consoles_dropped)} />
      <Fact
        name="Stalls of this hub"
        value={String(loop.stalls)}
        note={`${aboutSeconds(loop.stall_seconds)} in all`}
      />
    </SimpleGrid>
  );
}
