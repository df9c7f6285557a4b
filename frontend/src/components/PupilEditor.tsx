import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from "@mantine/core";
import type { ClassPupil } from "../core/classes";
import { Icon } from "./Icon";

interface PupilEditorProps {
  readonly value: readonly ClassPupil[];
  readonly onChange: (pupils: ClassPupil[]) => void;
}

/** The pupils of a class by the user name that they sign on with. */
export function PupilEditor({ value, onChange }: PupilEditorProps) {
  const write = (index: number, part: Partial<ClassPupil>) =>
    onChange(value.map((pupil, at) => (at === index ? { ...pupil, ...part } : pupil)));
  return (
    <Fieldset legend={<Text fw={600}>Pupils</Text>} variant="unstyled">
      <Text c="dimmed" size="sm" mb="xs">
        A lesson with the pupils shows each of them on whatever device they sign on to.
      </Text>
      <Stack gap="xs">
        {value.map((pupil, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place.
          <Group key={index} gap="xs" wrap="nowrap" align="end">
            <TextInput
              flex={1}
              label={`User name of pupil ${index + 1}`}
              spellCheck={false}
              value={pupil.user}
              onChange={(event) => write(index, { user: event.currentTarget.value })}
            />
            <TextInput
              flex={1}
              label={`Name of pupil ${index + 1}`}
              value={pupil.name}
              onChange={(event) => write(index, { name: event.currentTarget.value })}
            />
            <ActionIcon
              size="input-sm"
              variant="default"
              aria-label={`Take pupil ${index + 1} off`}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            >
              <Icon name="trash" />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
      <Button
        mt="xs"
        variant="default"
        leftSection={<Icon name="add" />}
        onClick={() => onChange([...value, { user: "", name: "" }])}
      >
        Add a pupil
      </Button>
    </Fieldset>
  );
}
