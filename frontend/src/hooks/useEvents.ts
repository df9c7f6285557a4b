import { useInfiniteQuery } from "@tanstack/react-query";
import { type EventFilter, readEvents } from "../core/events";

/** A site's events, the newest first, page by page. */
export function useEvents(site: string, filter: EventFilter) {
  return useInfiniteQuery({
    queryKey: ["events", site, filter],
    queryFn: ({ pageParam }) => readEvents(site, filter, pageParam),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  });
}
