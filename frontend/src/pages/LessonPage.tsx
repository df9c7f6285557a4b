import { Anchor, Button, Container, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { ErrorNote } from "../components/ErrorNote";
import { LessonFrame } from "../components/LessonFrame";
import { Loading } from "../components/Loading";
import { joinLesson, readLesson } from "../core/lessons";
import { usePageTitle } from "../hooks/usePageTitle";

/** A lesson: whoever is not one of its teachers is asked to join before anything is shown. */
export function LessonPage() {
  const { site, lesson } = useParams({ from: "/signed-in/lessons/$site/$lesson" });
  const found = useQuery({
    queryKey: ["lesson", site, lesson],
    queryFn: () => readLesson(site, lesson),
    refetchOnWindowFocus: false,
  });
  const join = useMutation({
    mutationFn: () => joinLesson(site, lesson),
    onSuccess: () => found.refetch(),
  });
  usePageTitle(found.data?.class_name ?? "Lesson");

  if (found.isPending) return <Loading what="Opening the lesson" />;
  if (found.data?.mine) {
    return (
      <LessonFrame key={lesson} lesson={lesson}>
        <Outlet />
      </LessonFrame>
    );
  }
  return (
    <Container component="main" id="main" size="sm" py="xl">
      <Title order={1} mb="md">
        {found.data?.class_name ?? "This lesson is not running"}
      </Title>
      <ErrorNote error={join.error ?? found.error} />
      {found.data !== undefined && (
        <>
          <Text mb="md">
            This lesson is taught by {found.data.teachers.join(", ")}. Screens are shown to the
            teachers of a lesson only.
          </Text>
          <Button loading={join.isPending} onClick={() => join.mutate()}>
            Join the lesson
          </Button>
        </>
      )}
      <Text mt="md">
        <Anchor component={Link} to="/" underline="always">
          Go to your classes
        </Anchor>
      </Text>
    </Container>
  );
}
