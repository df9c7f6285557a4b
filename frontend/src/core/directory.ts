import { ask, pathOf } from "./rest";

/** A device that a site knows. */
export interface DirectoryDevice {
  readonly id: string;
  readonly name: string;
  readonly connected: boolean;
  readonly user: string;
  readonly user_name: string;
  readonly lesson: string;
}

export async function listDevices(site: string): Promise<readonly DirectoryDevice[]> {
  const path = `/api/sites/${pathOf(site)}/devices`;
  return (await ask<{ devices: DirectoryDevice[] }>("GET", path)).devices;
}
