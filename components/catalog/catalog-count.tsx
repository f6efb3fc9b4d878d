"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { numberText } from "#components/ui/number-text.ts";
import type { EntityFilter } from "#server/catalog/inputs.ts";

/** "6,012 entries": its own query, the rows never wait for it. */
export function CatalogCount({ filter }: { filter: EntityFilter }) {
  const total = useTotal(filter);
  return (
    <output className="tabular min-w-20 flex-1 text-muted sm:flex-none sm:text-right text-table">
      {total === null ? (
        <span className="sr-only">Counting…</span>
      ) : (
        `${total} ${total === "1" ? "entry" : "entries"}`
      )}
    </output>
  );
}

/** "6,012", "10,000+", null while it is not known yet. */
export function useTotal(filter: EntityFilter): string | null {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.catalog.count.queryOptions(filter));
  return data ? `${numberText(data.total)}${data.isCapped ? "+" : ""}` : null;
}
