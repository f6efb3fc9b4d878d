"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { FacetGroup } from "#components/layout/facet-group.tsx";
import { setValue } from "#components/layout/list-address.ts";
import { useListState } from "#components/layout/list-state.tsx";
import { type Chip, QueryBox } from "#components/layout/query-box.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Link } from "#components/ui/link.tsx";
import { numberText } from "#components/ui/number-text.ts";
import type { ProposalFilter } from "#server/discovery/inputs.ts";
import { proposalStates, proposalStateWords } from "#server/discovery/model.ts";

const proposalFacetNames = ["type", "language", "owner", "organization"] as const;
const words: Record<(typeof proposalFacetNames)[number], string> = {
  type: "Type",
  language: "Language",
  owner: "Owner",
  organization: "Organization",
};

export function ProposalFacets({ filter }: { filter: ProposalFilter }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.discovery.facets.queryOptions(filter));
  return (
    <>
      {proposalFacetNames.map((name) => (
        <FacetGroup key={name} title={words[name]} name={name} values={data[name]} />
      ))}
    </>
  );
}

/** What is still to be decided, and what became of the rest. */
export function ProposalStates({ filter }: { filter: ProposalFilter }) {
  const trpc = useTRPC();
  const { params, hrefOf } = useListState();
  const { data } = useSuspenseQuery(trpc.discovery.facets.queryOptions(filter));
  return (
    <nav aria-label="State" className="flex flex-wrap gap-1">
      {proposalStates.map((state) => (
        <Link
          key={state}
          href={hrefOf(setValue(params, "state", state === "open" ? null : state))}
          scroll={false}
          aria-current={filter.state === state ? "page" : undefined}
          className="inline-flex h-8 items-center gap-1.5 rounded-control px-2.5 text-fg-soft text-table hover:bg-hover aria-[current]:bg-neutral-tint aria-[current]:font-medium aria-[current]:text-fg"
        >
          {proposalStateWords[state]}
          <span className="tabular text-muted text-small">{numberText(data.states[state])}</span>
        </Link>
      ))}
    </nav>
  );
}

export function ProposalSearch() {
  const { params } = useListState();
  const chips = proposalFacetNames.flatMap((name) =>
    params
      .getAll(name)
      .map(
        (value): Chip => ({ name, value, label: `${words[name]}: ${value.slice(value.indexOf("/") + 1)}` }),
      ),
  );
  return <QueryBox label="Search by name, repository or folder" chips={chips} />;
}
