import { ask } from "./rest";

/** What a person did, as the audit record has it. */
export interface AuditEntry {
  readonly number: number;
  readonly at_ms: number;
  readonly site: string;
  readonly person: string;
  readonly person_name: string;
  readonly act: string;
  readonly subject: string;
  readonly pupil: string;
  readonly detail: string;
  readonly hash: string;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly next: number | null;
}

/** Whether the chain of the record holds. */
export interface AuditCheck {
  readonly entries: number;
  readonly first_broken: number | null;
  readonly checked_at_ms: number;
}

const ACTS: Readonly<Record<string, string>> = {
  lesson_started: "Started a lesson",
  lesson_joined: "Joined a lesson",
  lesson_left: "Left a lesson",
  lesson_ended: "Ended a lesson",
  screens_locked: "Locked screens",
  screens_unlocked: "Unlocked screens",
  screen_viewed: "Opened a screen",
  screen_closed: "Closed a screen",
  control_taken: "Took input of a screen",
  control_released: "Gave input back",
  wall_watched: "Watched the wall",
};

export const AUDIT_CSV = "/api/audit.csv";

/** The act in words; one that this console does not know as it is. */
export function actWords(act: string): string {
  return ACTS[act] ?? act.replaceAll("_", " ");
}

/** One page of entries, the newest first, after the end of the page before. */
export async function readAudit(after: number): Promise<AuditPage> {
  return ask<AuditPage>("GET", `/api/audit?order=newest&after=${after}`);
}

export async function checkAudit(): Promise<AuditCheck> {
  return ask<AuditCheck>("GET", "/api/audit/check");
}
