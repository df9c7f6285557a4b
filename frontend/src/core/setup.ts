import { ask } from "./rest";
import type { Person } from "./session";

export interface Setup {
  readonly code: string;
  readonly trust_name: string;
  readonly site_name: string;
  readonly name: string;
  readonly user: string;
  readonly password: string;
}

/** Whether this server has not been set up yet. */
export async function isSetupNeeded(): Promise<boolean> {
  return (await ask<{ needed: boolean }>("GET", "/api/setup")).needed;
}

/** Set the server up with the code that it printed; signs the new person in. */
export async function setUp(setup: Setup): Promise<Person> {
  return (await ask<{ person: Person }>("POST", "/api/setup", setup)).person;
}
