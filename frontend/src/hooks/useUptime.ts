import { useQuery } from "@tanstack/react-query";
import { readUptime } from "../core/uptime";

/** The public history of the server, a minute old at most. */
export function useUptime() {
  return useQuery({ queryKey: ["uptime"], queryFn: readUptime, refetchInterval: 60_000 });
}
