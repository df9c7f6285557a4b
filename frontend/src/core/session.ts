import { ask, RestError } from "./rest";

export interface Site {
  readonly id: string;
  readonly name: string;
}

/** Somebody who signed in. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly trust: { readonly id: string; readonly name: string };
  readonly roles: readonly { readonly role: string; readonly site: string }[];
  /** Where this person may do what: sites by action; "*" is every site of the trust. */
  readonly may: Readonly<Record<string, readonly string[]>>;
  readonly sites: readonly Site[];
}

/** Whether the person may do this at some site. */
export function mayAnywhere(person: Person, action: string): boolean {
  return (person.may[action]?.length ?? 0) > 0;
}

/** The sites at which the person may do this. */
export function sitesWith(person: Person, action: string): readonly Site[] {
  const ids = person.may[action] ?? [];
  return person.sites.filter(({ id }) => ids.includes("*") || ids.includes(id));
}

type PersonAnswer = { readonly person: Person };

/** Who is signed in; null: nobody. */
export async function currentPerson(): Promise<Person | null> {
  try {
    return (await ask<PersonAnswer>("GET", "/api/session")).person;
  } catch (error) {
    if (error instanceof RestError && error.status === 401) return null;
    throw error;
  }
}

export async function signIn(user: string, password: string): Promise<Person> {
  return (await ask<PersonAnswer>("POST", "/api/session", { user, password })).person;
}

export async function signOut(): Promise<void> {
  await ask<null>("DELETE", "/api/session");
}

/** The address to go to after signing in; only ever a page of this console. */
export function returnPath(next: unknown): string {
  if (typeof next !== "string" || !/^\/(?![/\\])/.test(next)) return "/";
  return next.startsWith("/sign-in") || next.startsWith("/setup") ? "/" : next;
}

/** The sign-in page, which leads back to this address. */
export function signInPath(next: string): string {
  const back = returnPath(next);
  return back === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(back)}`;
}
