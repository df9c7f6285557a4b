import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ClassDraft, writeClass } from "../core/classes";
import { CLASSES_KEY } from "./useClasses";

/** Save a class (`id` null: a new one) and go back to the list. */
export function useClassSaving(id: string | null) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (draft: ClassDraft) => writeClass(draft, id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: CLASSES_KEY });
      await navigate({ to: "/" });
    },
  });
}
