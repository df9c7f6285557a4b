import { Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Person } from "../core/session";
import { Brand } from "./Brand";
import classes from "./ConsoleHeader.module.css";
import { ConsoleNav } from "./ConsoleNav";
import { PersonMenu } from "./PersonMenu";
import { SchemeSwitch } from "./SchemeSwitch";

/** Trust and site, the person, and the colours; the same on every page. */
export function ConsoleHeader({ person }: { readonly person: Person }) {
  return (
    <header className={classes.header}>
      <a className={classes.skip} href="#main">
        Skip to the content
      </a>
      <Group gap="md" wrap="nowrap" miw={0}>
        <Link to="/" className={classes.home} aria-label="Formroom, all classes">
          <Brand />
        </Link>
        <Text c="dimmed" truncate visibleFrom="md">
          {placeOf(person)}
        </Text>
        <ConsoleNav person={person} />
      </Group>
      <Group gap="xs" wrap="nowrap">
        <SchemeSwitch />
        <PersonMenu person={person} />
      </Group>
    </header>
  );
}

function placeOf({ trust, sites }: Person): string {
  const [only] = sites;
  if (only === undefined) return trust.name;
  return sites.length === 1
    ? `${trust.name} · ${only.name}`
    : `${trust.name} · ${sites.length} schools`;
}
