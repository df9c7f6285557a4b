import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ClassDraft, SchoolClass } from "../core/classes";
import type { Site } from "../core/session";
import { DevicePicker } from "./DevicePicker";
import { ErrorNote } from "./ErrorNote";
import { LinkButton } from "./LinkButton";
import { PupilEditor } from "./PupilEditor";

interface ClassFormProps {
  /** The class as it is; null: a new one. */
  readonly existing: SchoolClass | null;
  readonly sites: readonly Site[];
  readonly error: Error | null;
  readonly isSaving: boolean;
  readonly onSave: (draft: ClassDraft) => void;
}

/** Name, devices and pupils of a class. */
export function ClassForm({ existing, sites, error, isSaving, onSave }: ClassFormProps) {
  const form = useForm<ClassDraft>({
    initialValues: {
      site: existing?.site ?? sites[0]?.id ?? "",
      name: existing?.name ?? "",
      devices: existing?.devices.map(({ id }) => id) ?? [],
      pupils: existing?.pupils ?? [],
    },
    validate: {
      name: (value) => (value.trim() === "" ? "Give the class a name." : null),
      pupils: (pupils) =>
        pupils.some(({ user }) => user.trim() === "") ? "Every pupil needs a user name." : null,
    },
  });
  const known = new Map(existing?.devices.map(({ id, name }) => [id, name]));
  const pupilFault = form.errors.pupils;
  return (
    <form noValidate onSubmit={form.onSubmit(onSave)}>
      <Stack gap="lg">
        {existing === null && sites.length > 1 && (
          <Select
            label="School"
            data={sites.map(({ id, name }) => ({ value: id, label: name }))}
            allowDeselect={false}
            {...form.getInputProps("site")}
          />
        )}
        <TextInput label="Name of the class" size="md" {...form.getInputProps("name")} />
        <DevicePicker
          site={form.values.site}
          value={form.values.devices}
          known={known}
          onChange={(devices) => form.setFieldValue("devices", devices)}
        />
        <PupilEditor
          value={form.values.pupils}
          onChange={(pupils) => form.setFieldValue("pupils", pupils)}
        />
        <ErrorNote error={pupilFault === undefined ? error : new Error(String(pupilFault))} />
        <Group>
          <Button type="submit" loading={isSaving}>
            Save
          </Button>
          <LinkButton to="/" variant="default">
            Cancel
          </LinkButton>
        </Group>
      </Stack>
    </form>
  );
}
