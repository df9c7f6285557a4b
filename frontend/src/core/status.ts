import { ask } from "./rest";

export interface HubStatus {
  readonly name: string;
  readonly is_this: boolean;
  readonly is_silent: boolean;
  readonly node: string;
  readonly pid: number;
  readonly address: string;
  readonly devices: number;
  readonly consoles: number;
  readonly items_waiting: number;
  readonly degraded: string;
  readonly age_s: number;
}

/** A shard; only name, queue and restarts are known of one that does not answer. */
export interface ShardStatus {
  readonly name: string;
  readonly is_up: boolean;
  readonly queue: number;
  readonly restarts: number;
  readonly pid?: number;
  readonly node?: string;
  readonly life?: number;
  readonly devices?: number;
  readonly records_waiting?: number;
  readonly lag_s?: number;
  readonly resident_bytes?: number;
}

export interface ArchivistStatus {
  readonly is_up: boolean;
  readonly pid?: number;
  readonly node?: string;
  readonly records_waiting?: number;
  readonly lag_s?: number;
  readonly commit_age_s?: number | null;
  readonly commits?: number;
  readonly mean_commit_ms?: number;
  readonly records?: number;
  readonly refused?: number;
}

export interface ServerStatus {
  readonly state: "ok" | "degraded";
  readonly detail: string;
  readonly now_ms: number;
  readonly asked_at_ms: number;
  readonly started_at_ms: number;
  readonly database: string;
  readonly certificate_warning: string;
  readonly hubs: readonly HubStatus[];
  readonly shards: readonly ShardStatus[];
  readonly archivist: ArchivistStatus;
  readonly sockets: {
    readonly frames_received: number;
    readonly frames_refused: number;
    /** Messages that ended a part of the server again and again, and were kept for people. */
    readonly messages_set_aside: number;
    readonly pictures_dropped: number;
    readonly consoles_dropped: number;
  };
  readonly event_loop: { readonly stalls: number; readonly stall_seconds: number };
  readonly restarts: readonly {
    readonly part: string;
    readonly at_ms: number;
    readonly cause: string;
  }[];
}

export async function readStatus(): Promise<ServerStatus> {
  return ask<ServerStatus>("GET", "/api/status");
}

/** What is wrong, in words; "" when nothing is known to be. */
export function troubleOf(status: ServerStatus): string {
  if (status.state !== "ok") return status.detail;
  const silent = status.shards.filter(({ is_up }) => !is_up).map(({ name }) => name);
  if (!status.archivist.is_up && status.asked_at_ms > 0) silent.push("archivist");
  return silent.length === 0 ? "" : `No answer a moment ago: ${silent.join(", ")}.`;
}
