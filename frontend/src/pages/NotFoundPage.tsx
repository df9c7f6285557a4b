import { Anchor, Container, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { usePageTitle } from "../hooks/usePageTitle";

export function NotFoundPage() {
  usePageTitle("Not found");
  return (
    <Container component="main" id="main" py="xl">
      <Title order={1}>There is no such page</Title>
      <Text mt="sm">
        <Anchor component={Link} to="/" underline="always">
          Go to your classes
        </Anchor>
      </Text>
    </Container>
  );
}
