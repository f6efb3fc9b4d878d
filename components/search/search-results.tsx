"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { clearValues, setValue } from "#components/layout/list-address.ts";
import { useListState } from "#components/layout/list-state.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { countText, numberText } from "#components/ui/number-text.ts";
import { Pager } from "#components/ui/pager.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { Search } from "#server/search/inputs.ts";
import { type SearchAnswer, searchGroups, searchGroupWords } from "#server/search/model.ts";
import { searchHref } from "./hit-href.ts";
import { SearchHitRow } from "./search-hit-row.tsx";
import { useNoteMiss, useNotePick } from "./use-search-notes.ts";

/** A page of results, with the groups as tabs. */
export function SearchResults({ asked }: { asked: Search }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.search.find.queryOptions(asked));
  const note = useNotePick();
  const isNarrowed = asked.in !== undefined || asked.kind.length > 0;
  useNoteMiss(data.total === 0 && !isNarrowed ? asked.query : null);
  return (
    <>
      <Groups answer={data} asked={asked} />
      <p role="status" className="py-2 text-muted text-table">
        {data.total === 0
          ? "No results"
          : `${data.isAbout ? "About " : ""}${countText(data.total, "result")}`}
      </p>
      <Corrected answer={data} asked={asked} />
      {data.total === 0 ? <Nothing asked={asked} isNarrowed={isNarrowed} /> : null}
      <ol aria-label="Results, the best first">
        {data.hits.map((hit) => (
          <SearchHitRow
            key={`${hit.group} ${hit.ref} ${hit.group === "docs" ? hit.path : ""}`}
            hit={hit}
            onOpen={() => note(hit.group === "docs" ? { ref: hit.ref, path: hit.path } : { ref: hit.ref })}
          />
        ))}
      </ol>
      <Pages answer={data} asked={asked} />
    </>
  );
}

type Part = { answer: SearchAnswer; asked: Search };

function Groups({ answer, asked }: Part) {
  const { params, hrefOf } = useListState();
  const all = Object.values(answer.groups).reduce((sum, count) => sum + count, 0);
  // A kind belongs to one group, so another group is seen whole.
  const to = (group: string | null) => hrefOf(setValue(clearValues(params, ["kind", "offset"]), "in", group));
  return (
    <Tabs
      label="What was found"
      tabs={[
        { href: to(null), label: "All", count: all, isCurrent: asked.in === undefined },
        ...searchGroups.map((group) => ({
          href: to(group),
          label: searchGroupWords[group],
          count: answer.groups[group],
          isCurrent: asked.in === group,
        })),
      ]}
    />
  );
}

function Corrected({ answer: { correction }, asked }: Part) {
  if (!correction) return null;
  return (
    <p className="pb-2 text-table">
      {correction.isApplied ? `Nothing fits “${asked.query}”. These fit ` : "Did you mean "}
      <TextLink href={searchHref(correction.query)} className="font-medium">
        {correction.query}
      </TextLink>
      {correction.isApplied ? "." : "?"}
    </p>
  );
}

function Nothing({ asked, isNarrowed }: { asked: Search; isNarrowed: boolean }) {
  if (isNarrowed)
    return (
      <EmptyState
        kind="filtered"
        title="Nothing of this kind fits"
        action={<ButtonLink href={searchHref(asked.query)}>Search everything</ButtonLink>}
      />
    );
  return (
    <EmptyState
      kind="nothing"
      title={`Nothing fits “${asked.query}”`}
      action={
        <ButtonLink href={`/catalog/whose?text=${encodeURIComponent(asked.query)}`}>
          Whose is this?
        </ButtonLink>
      }
    >
      Try fewer or other words. A hostname, image or the address of an alert is found by “Whose is this?”.
      Those who run the portal see what is looked for in vain, without who looked.
    </EmptyState>
  );
}

function Pages({ answer, asked }: Part) {
  const { params, hrefOf } = useListState();
  if (answer.hits.length === 0 || (asked.offset === 0 && answer.nextOffset === null)) return null;
  const to = (offset: number) => hrefOf(setValue(params, "offset", offset > 0 ? String(offset) : null));
  return (
    <Pager
      previousHref={asked.offset > 0 ? to(Math.max(0, asked.offset - asked.limit)) : null}
      nextHref={answer.nextOffset === null ? null : to(answer.nextOffset)}
    >
      {`${numberText(asked.offset + 1)}–${numberText(asked.offset + answer.hits.length)} of ${answer.isAbout ? "about " : ""}${numberText(answer.total)}`}
    </Pager>
  );
}
