import { ask, pathOf } from "./rest";

/** A class in the list. */
export interface ClassEntry {
  readonly id: string;
  readonly site: string;
  readonly name: string;
  readonly pupils: number;
  readonly devices: number;
  readonly lesson: {
    readonly id: string;
    readonly started_at_ms: number;
    readonly teachers: readonly string[];
    /** Whether the person who asks is one of the teachers. */
    readonly mine: boolean;
  } | null;
}

export interface ClassPupil {
  readonly user: string;
  readonly name: string;
}

export interface SchoolClass {
  readonly id: string;
  readonly site: string;
  readonly name: string;
  readonly devices: readonly { readonly id: string; readonly name: string }[];
  readonly pupils: readonly ClassPupil[];
}

/** What the class editor writes. */
export interface ClassDraft {
  readonly site: string;
  readonly name: string;
  readonly devices: readonly string[];
  readonly pupils: readonly ClassPupil[];
}

type ClassAnswer = { readonly class: SchoolClass };

export async function listClasses(): Promise<readonly ClassEntry[]> {
  return (await ask<{ classes: ClassEntry[] }>("GET", "/api/classes")).classes;
}

export async function readClass(site: string, id: string): Promise<SchoolClass> {
  return (await ask<ClassAnswer>("GET", `/api/classes/${pathOf(site, id)}`)).class;
}

/** Write a class: a new one when it has no `id` yet. */
export async function writeClass(draft: ClassDraft, id: string | null): Promise<SchoolClass> {
  const answer =
    id === null
      ? ask<ClassAnswer>("POST", "/api/classes", draft)
      : ask<ClassAnswer>("PUT", `/api/classes/${pathOf(draft.site, id)}`, draft);
  return (await answer).class;
}
