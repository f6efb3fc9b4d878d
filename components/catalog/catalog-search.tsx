"use client";

import { useListState } from "#components/layout/list-state.tsx";
import { type Chip, QueryBox } from "#components/layout/query-box.tsx";
import { type FlagName, facetNames, flagNames } from "#server/catalog/model.ts";
import { facetWords, flagWords, shortName } from "./facet-words.ts";

/** `labels`: what the chosen values are called, by facet and value, as far as the server knew in time; else a ref has its short name. */
export function CatalogSearch({ labels }: { labels: Record<string, string> }) {
  const { params } = useListState();
  const chips = facetNames.flatMap((name) =>
    params.getAll(name).map(
      (value): Chip => ({
        name,
        value,
        label: `${facetWords[name]}: ${labels[`${name} ${value}`] ?? shortName(value)}`,
      }),
    ),
  );
  const flags = params
    .getAll("is")
    .filter((value): value is FlagName => flagNames.some((name) => name === value))
    .map((value): Chip => ({ name: "is", value, label: flagWords[value] }));
  return <QueryBox label="Search by name, description, owner or tag" chips={[...chips, ...flags]} />;
}
