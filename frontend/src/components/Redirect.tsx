import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

/** Go to another address of the console, once, in place of this one. */
export function Redirect({ href }: { readonly href: string }) {
  const { history } = useRouter();
  useEffect(() => history.replace(href), [history, href]);
  return null;
}
