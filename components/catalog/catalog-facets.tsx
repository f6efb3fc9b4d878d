"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { FacetGroup } from "#components/layout/facet-group.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import type { EntityFilter } from "#server/catalog/inputs.ts";
import { coreKinds, type FacetValue, facetNames, flagNames } from "#server/catalog/model.ts";
import { facetWords, flagWords } from "./facet-words.ts";

export function CatalogFacets({ filter }: { filter: EntityFilter }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.catalog.facets.queryOptions(filter));
  const flags = flagNames.map((name) => ({ value: name, label: flagWords[name], count: data.flags[name] }));
  return (
    <>
      {facetNames.map((name) => (
        <FacetGroup
          key={name}
          title={facetWords[name]}
          name={name}
          values={name === "kind" ? inOrder(data.kind) : data[name]}
        />
      ))}
      <FacetGroup title="Attention" name="is" values={flags} />
    </>
  );
}

/** Kinds in the order in which people look for them; those of their own at the end. */
function inOrder(kinds: FacetValue[]): FacetValue[] {
  const place = ({ value }: FacetValue) => {
    const at = coreKinds.findIndex((kind) => kind.toLowerCase() === value.toLowerCase());
    return at === -1 ? coreKinds.length : at;
  };
  return kinds.toSorted((a, b) => place(a) - place(b));
}

export function CatalogFacetsSkeleton() {
  return (
    <div role="status" aria-label="Loading filters">
      {[6, 6, 6].map((rows, group) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no other identity
        <div key={group} className="pb-4">
          <Skeleton className="mt-1 mb-2 h-3 w-12" />
          {Array.from({ length: rows }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no other identity
            <div key={row} className="flex h-7 items-center gap-2">
              <Skeleton className="size-4" />
              <Skeleton className={row % 2 ? "h-3 w-20" : "h-3 w-28"} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
