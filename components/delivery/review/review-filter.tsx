"use client";

import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { nameOf } from "#components/delivery/evidence/evidence-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Select } from "#components/ui/select.tsx";
import { choiceOf, type ReviewAsked, reviewHref } from "./review-search.ts";

/** Whose suggestions are shown: those of my teams, of one team, or all. */
export function ReviewFilter({ asked }: { asked: ReviewAsked }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { data } = useSuspenseInfiniteQuery(
    trpc.delivery.review.infiniteQueryOptions(asked, { getNextPageParam: ({ nextCursor }) => nextCursor }),
  );
  const teams = data.pages[0]?.teams ?? [];
  const choice = choiceOf(asked);
  const known = teams.map(({ ref, suggestions }) => ({
    value: ref,
    label: `${nameOf(ref)} (${numberText(suggestions)})`,
  }));
  const isListed = choice === "" || choice === "all" || known.some(({ value }) => value === choice);
  return (
    <div className="pb-3">
      <Select
        aria-label="Whose services"
        value={choice}
        options={[
          { value: "", label: "Services of my teams" },
          { value: "all", label: "All services" },
          ...known,
          ...(isListed ? [] : [{ value: choice, label: nameOf(choice) }]),
        ]}
        onChange={(event) => router.push(reviewHref(event.target.value))}
      />
    </div>
  );
}
