import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { RestError } from "./core/rest";
import { PERSON_KEY } from "./hooks/usePerson";

/** Whatever is refused because nobody is signed in any more leads to the sign-in page. */
function followSignOut(error: Error): void {
  if (error instanceof RestError && error.status === 401 && error.code !== "wrong_credentials") {
    queries.setQueryData(PERSON_KEY, null);
  }
}

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: followSignOut }),
  mutationCache: new MutationCache({ onError: followSignOut }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) =>
        failures < 2 &&
        (!(error instanceof RestError) || error.status === 0 || error.status >= 500),
    },
  },
});
