import { Outlet, useRouter } from "@tanstack/react-router";
import { ConsoleHeader } from "../components/ConsoleHeader";
import { ErrorNote } from "../components/ErrorNote";
import { Loading } from "../components/Loading";
import { Redirect } from "../components/Redirect";
import { signInPath } from "../core/session";
import { usePerson } from "../hooks/usePerson";

/** Everything that only somebody who is signed in may see; others are led to sign in. */
export function SignedInPage() {
  const person = usePerson();
  const { history } = useRouter();
  if (person.isPending) return <Loading what="Opening Formroom" />;
  if (person.data === undefined) return <ErrorNote error={person.error} />;
  if (person.data === null) return <Redirect href={signInPath(history.location.href)} />;
  return (
    <>
      <ConsoleHeader person={person.data} />
      <Outlet />
    </>
  );
}
