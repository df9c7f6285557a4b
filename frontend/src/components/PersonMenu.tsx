import { Button, Menu, Text } from "@mantine/core";
import type { Person } from "../core/session";
import { useSignOut } from "../hooks/useSignOut";
import { Icon } from "./Icon";

/** Who is signed in, how long that lasts, and the way out. */
export function PersonMenu({ person }: { readonly person: Person }) {
  const signOut = useSignOut();
  return (
    <Menu withInitialFocusPlaceholder={false} position="bottom-end" width={260}>
      <Menu.Target>
        <Button variant="subtle" color="gray" c="var(--mantine-color-text)" maw={220} px="sm">
          <Icon name="person" />
          <Text component="span" ml={8} truncate>
            {person.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          Signed in as {person.user}. You are signed out after 8 hours without use, and after 24
          hours in any case.
        </Menu.Label>
        <Menu.Item leftSection={<Icon name="leave" />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
