import { Container, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ClassForm } from "../components/ClassForm";
import { ErrorNote } from "../components/ErrorNote";
import { Loading } from "../components/Loading";
import { readClass } from "../core/classes";
import { useClassSaving } from "../hooks/useClassSaving";
import { usePageTitle } from "../hooks/usePageTitle";

export function ClassPage() {
  usePageTitle("Edit class");
  const { site, id } = useParams({ from: "/signed-in/classes/$site/$id/edit" });
  const found = useQuery({
    queryKey: ["class", site, id],
    queryFn: () => readClass(site, id),
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const saving = useClassSaving(id);
  return (
    <Container component="main" id="main" size="sm" py="lg">
      <Title order={1} mb="lg">
        Edit class
      </Title>
      {found.isPending && <Loading what="Reading the class" />}
      <ErrorNote error={found.error} title="The class could not be read" />
      {found.data !== undefined && (
        <ClassForm
          existing={found.data}
          sites={[]}
          error={saving.error}
          isSaving={saving.isPending}
          onSave={(draft) => saving.mutate(draft)}
        />
      )}
    </Container>
  );
}
