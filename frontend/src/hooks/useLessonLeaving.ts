import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { endLesson, leaveLesson } from "../core/lessons";
import { CLASSES_KEY } from "./useClasses";

/** Leave a lesson, or end it for all, and go back to the classes. */
export function useLessonLeaving(site: string, lesson: string) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (how: "leave" | "end") =>
      how === "end" ? endLesson(site, lesson) : leaveLesson(site, lesson),
    onSuccess: async () => {
      await navigate({ to: "/" });
      queries.removeQueries({ queryKey: ["lesson", site, lesson] });
      await queries.invalidateQueries({ queryKey: CLASSES_KEY });
    },
  });
}
