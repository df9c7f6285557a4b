import { useQuery } from "@tanstack/react-query";
import { listClasses } from "../core/classes";

export const CLASSES_KEY = ["classes"] as const;

/** The classes that this person may see, with the lessons that run. */
export function useClasses() {
  return useQuery({ queryKey: CLASSES_KEY, queryFn: listClasses, refetchInterval: 15_000 });
}
