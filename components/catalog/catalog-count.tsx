"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { numberText } from "#components/ui/number-text.ts";
import type { EntityFilter } from "#server/catalog/inputs.ts";

/** "6,012 entries", whenever it is known: the rows never wait for it. */
export function CatalogCount({ filter }: { filter: EntityFilter }) {
  return (
    <output className="tabular min-w-20 flex-1 text-muted text-table sm:flex-none sm:text-right">
      <QueryBoundary key={keyOf(filter)} failure={null} fallback={<span className="sr-only">Counting…</span>}>
        <Entries filter={filter} />
      </QueryBoundary>
    </output>
  );
}

function Entries({ filter }: { filter: EntityFilter }) {
  const total = useTotal(filter);
  return `${total} ${total === "1" ? "entry" : "entries"}`;
}

/** "of 6,012", "of 10,000+"; nothing while it is not known. */
export function OfTotal({ filter }: { filter: EntityFilter }) {
  return (
    <QueryBoundary key={keyOf(filter)} failure={null} fallback={null}>
      <Of filter={filter} />
    </QueryBoundary>
  );
}

/** Another filter has another place for its count, or the rows would wait for the count to change along with them. */
const keyOf = (filter: EntityFilter) => JSON.stringify(filter);

const Of = ({ filter }: { filter: EntityFilter }) => `of ${useTotal(filter)}`;

function useTotal(filter: EntityFilter): string {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.catalog.count.queryOptions(filter));
  return `${numberText(data.total)}${data.isCapped ? "+" : ""}`;
}
