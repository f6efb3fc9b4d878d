"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Pager } from "#components/ui/pager.tsx";
import { Section } from "#components/ui/section.tsx";
import { ProblemList } from "./problem-list.tsx";

export function SourceProblems({ input }: { input: { locationId: string; cursor?: string } }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.catalog.problems.queryOptions(input));
  const at = (cursor: string | null) =>
    cursor ? `/catalog/sources/${input.locationId}?cursor=${encodeURIComponent(cursor)}` : null;
  return (
    <Section title="Problems" count={numberText(data.total)}>
      {data.items.length === 0 ? (
        <EmptyState kind="nothing" isCompact title="No problems found">
          Every file of the last import could be read, and what they name was found.
        </EmptyState>
      ) : (
        <ProblemList problems={data.items} withEntry />
      )}
      {data.nextCursor || data.previousCursor ? (
        <Pager previousHref={at(data.previousCursor)} nextHref={at(data.nextCursor)}>
          {numberText(data.items.length)} of {numberText(data.total)}
        </Pager>
      ) : null}
    </Section>
  );
}
