import { Container, Text, Title } from "@mantine/core";
import { LinkButton } from "./LinkButton";

/** Shown in place of the screens when the lesson is over. */
export function LessonEnded({ name }: { readonly name: string }) {
  return (
    <Container component="main" id="main" size="sm" py="xl">
      <Title order={1}>The lesson of {name} has ended</Title>
      <Text my="md">All screens are unlocked, and nobody looks at them through Formroom.</Text>
      <LinkButton to="/">Go to your classes</LinkButton>
    </Container>
  );
}
