"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { FacetGroup } from "#components/layout/facet-group.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import type { Search } from "#server/search/inputs.ts";

/** The kinds among what was found, with how many of each. */
export function SearchFacets({ asked }: { asked: Search }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.search.find.queryOptions(asked));
  const docs = { value: "docs", label: "Documentation", count: data.groups.docs };
  const values = [...data.kinds, ...(docs.count > 0 ? [docs] : [])];
  return <FacetGroup title="Kind" name="kind" values={values} />;
}
