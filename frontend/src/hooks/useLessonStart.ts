import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ClassEntry } from "../core/classes";
import { joinLesson, type Members, startLesson } from "../core/lessons";
import { CLASSES_KEY } from "./useClasses";

/** Start a class's lesson, or join the one that runs (null), and go to its wall. */
export function useLessonStart({ site, id, lesson }: ClassEntry) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (members: Members | null) => {
      if (members !== null) return startLesson(site, id, members);
      if (lesson === null) throw new Error("This lesson has ended.");
      if (!lesson.mine) await joinLesson(site, lesson.id);
      return lesson.id;
    },
    onSuccess: async (started) => {
      void queries.invalidateQueries({ queryKey: CLASSES_KEY });
      await navigate({ to: "/lessons/$site/$lesson", params: { site, lesson: started } });
    },
  });
}
