import { useQuery } from "@tanstack/react-query";
import { readOverview } from "../core/trust";

/** All sites at a glance, a few seconds old. */
export function useTrustOverview() {
  return useQuery({ queryKey: ["trust"], queryFn: readOverview, refetchInterval: 10_000 });
}
