import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Person } from "../core/session";
import { PERSON_KEY } from "./usePerson";

/** A mutation whose answer is the person who is signed in from now on. */
export function useSignIn<Input>(signIn: (input: Input) => Promise<Person>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: signIn,
    onSuccess: (person) => queries.setQueryData(PERSON_KEY, person),
  });
}
