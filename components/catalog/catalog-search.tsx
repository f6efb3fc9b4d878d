"use client";

import { useQuery } from "@tanstack/react-query";
import { useListState } from "#components/layout/list-state.tsx";
import { type Chip, QueryBox } from "#components/layout/query-box.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import type { EntityFilter } from "#server/catalog/inputs.ts";
import { type FlagName, facetNames, flagNames } from "#server/catalog/model.ts";
import { facetWords, flagWords, shortName } from "./facet-words.ts";

export function CatalogSearch({ filter }: { filter: EntityFilter }) {
  const { params } = useListState();
  const trpc = useTRPC();
  // The column has asked for them already; here they only lend their labels.
  const { data: facets } = useQuery(trpc.catalog.facets.queryOptions(filter, { enabled: false }));
  const chips = facetNames.flatMap((name) =>
    params.getAll(name).map((value): Chip => {
      const label = facets?.[name].find((known) => known.value === value)?.label ?? shortName(value);
      return { name, value, label: `${facetWords[name]}: ${label}` };
    }),
  );
  const flags = params
    .getAll("is")
    .filter((value): value is FlagName => flagNames.some((name) => name === value))
    .map((value): Chip => ({ name: "is", value, label: flagWords[value] }));
  return <QueryBox label="Search by name, description, owner or tag" chips={[...chips, ...flags]} />;
}
