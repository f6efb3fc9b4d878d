"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { countText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { reviewHref } from "./review-search.ts";

/** "9 suggested failures wait for review, seen first 3 weeks ago"; nothing where none waits. */
export function ReviewCount({ team }: { team: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.delivery.reviewCount.queryOptions({ team }));
  if (!data || data.suggestions === 0 || !data.oldestAt) return null;
  return (
    <p className="pt-1 text-table">
      <TextLink href={reviewHref(team)}>
        {countText(data.suggestions, "suggested failure waits", "suggested failures wait")} for review
      </TextLink>
      , seen first <RelativeTime at={data.oldestAt} />
    </p>
  );
}
