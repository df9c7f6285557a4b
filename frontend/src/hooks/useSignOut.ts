import { useMutation, useQueryClient } from "@tanstack/react-query";
import { signOut } from "../core/session";
import { PERSON_KEY } from "./usePerson";

/** Sign out, and forget everything that this person was shown. */
export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      queries.setQueryData(PERSON_KEY, null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== PERSON_KEY[0] });
    },
  });
}
