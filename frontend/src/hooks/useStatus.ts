import { useQuery } from "@tanstack/react-query";
import { readStatus } from "../core/status";

/** How the server stands, a few seconds old. */
export function useStatus() {
  return useQuery({ queryKey: ["status"], queryFn: readStatus, refetchInterval: 5_000 });
}
