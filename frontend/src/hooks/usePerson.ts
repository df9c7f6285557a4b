import { useQuery } from "@tanstack/react-query";
import { currentPerson } from "../core/session";

export const PERSON_KEY = ["person"] as const;

/** Who is signed in: undefined while it is asked, null when nobody is. */
export function usePerson() {
  return useQuery({ queryKey: PERSON_KEY, queryFn: currentPerson, staleTime: 60_000 });
}
