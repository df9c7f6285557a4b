import { useInfiniteQuery } from "@tanstack/react-query";
import { readAudit } from "../core/audit";

/** The audit record, the newest first, page by page. */
export function useAudit() {
  return useInfiniteQuery({
    queryKey: ["audit"],
    queryFn: ({ pageParam }) => readAudit(pageParam),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  });
}
