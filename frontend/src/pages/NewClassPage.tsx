import { Container, Title } from "@mantine/core";
import { ClassForm } from "../components/ClassForm";
import { useClassSaving } from "../hooks/useClassSaving";
import { usePageTitle } from "../hooks/usePageTitle";
import { usePerson } from "../hooks/usePerson";

export function NewClassPage() {
  usePageTitle("New class");
  const person = usePerson();
  const saving = useClassSaving(null);
  return (
    <Container component="main" id="main" size="sm" py="lg">
      <Title order={1} mb="lg">
        New class
      </Title>
      <ClassForm
        existing={null}
        sites={person.data?.sites ?? []}
        error={saving.error}
        isSaving={saving.isPending}
        onSave={(draft) => saving.mutate(draft)}
      />
    </Container>
  );
}
