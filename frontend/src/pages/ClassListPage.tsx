import { Container, Group, SimpleGrid, Text, Title } from "@mantine/core";
import { ClassCard } from "../components/ClassCard";
import { ErrorNote } from "../components/ErrorNote";
import { Icon } from "../components/Icon";
import { LinkButton } from "../components/LinkButton";
import { Loading } from "../components/Loading";
import { useClasses } from "../hooks/useClasses";
import { usePageTitle } from "../hooks/usePageTitle";

export function ClassListPage() {
  usePageTitle("Classes");
  const classes = useClasses();
  return (
    <Container component="main" id="main" size="xl" py="lg">
      <Group justify="space-between" mb="lg">
        <Title order={1}>Classes</Title>
        <LinkButton to="/classes/new" variant="default" leftSection={<Icon name="add" />}>
          New class
        </LinkButton>
      </Group>
      <ErrorNote error={classes.error} title="The classes could not be read" />
      {classes.isPending && <Loading what="Reading the classes" />}
      {classes.data?.length === 0 && (
        <Text size="lg">There is no class yet. Make one, and give it devices or pupils.</Text>
      )}
      <SimpleGrid component="ul" className="plain-list" cols={{ base: 1, sm: 2, lg: 3 }}>
        {classes.data?.map((entry) => (
          <ClassCard key={`${entry.site}/${entry.id}`} entry={entry} />
        ))}
      </SimpleGrid>
    </Container>
  );
}
