"use client";

import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { FoundSource } from "#components/discovery/found-source.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Copyable } from "#components/ui/copyable.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { isImportOver, type LocationItem } from "#server/catalog/model.ts";
import { ImportResult } from "./import-result.tsx";
import { ImportStateMark, importStateWord } from "./import-state.tsx";
import { SourceActions } from "./source-actions.tsx";
import { SourceProblems } from "./source-problems.tsx";

type Props = { id: string; problems: { locationId: string; cursor?: string } };

/** A source and its last import, followed while it runs: also in the tab's title. */
export function SourcePage({ id, problems }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data: location } = useSuspenseQuery(
    trpc.catalog.location.queryOptions(
      { id },
      { refetchInterval: ({ state }) => (state.data && !isImportOver(state.data.state) ? 1_000 : false) },
    ),
  );
  const isOver = isImportOver(location.state);
  useEffect(() => {
    // What the import has changed is stale everywhere.
    if (isOver) void queryClient.invalidateQueries(trpc.catalog.problems.pathFilter());
  }, [isOver, queryClient, trpc]);
  return (
    <>
      <title>{`${importStateWord(location.state)}: ${lastPart(location.target)} · Milepost`}</title>
      <PageHeader
        path={[
          { label: "Catalog", href: "/catalog" },
          { label: "Sources", href: "/catalog/sources" },
        ]}
        title={lastPart(location.target)}
        badges={<ImportStateMark state={location.state} />}
        summary={<span className="break-all">{location.target}</span>}
        action={<SourceActions location={location} />}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-8 border-line border-t pt-5 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-8">
          <FoundSource location={location} />
          <ImportResult location={location} />
          {location.importedAt ? <SourceProblems input={problems} /> : null}
        </div>
        <Facts location={location} />
      </div>
    </>
  );
}

function Facts({ location }: { location: LocationItem }) {
  return (
    <Section title="Facts">
      <DefinitionList
        facts={[
          {
            term: "Entries",
            value:
              location.entityCount > 0 ? (
                <span className="tabular">{numberText(location.entityCount)}</span>
              ) : (
                "None yet"
              ),
          },
          {
            term: "Last import",
            value: location.importedAt ? <RelativeTime at={location.importedAt} /> : "Not yet",
          },
          ...(location.commit
            ? [
                {
                  term: "Commit",
                  value: (
                    <Copyable
                      text={location.commit}
                      shown={location.commit.slice(0, 10)}
                      label="Copy commit"
                    />
                  ),
                },
              ]
            : []),
        ]}
      />
    </Section>
  );
}

/** "shop" of "https://github.com/acme/shop.git" or "/srv/checkouts/shop/". */
function lastPart(target: string): string {
  return (
    target
      .replace(/\/+$/, "")
      .replace(/\.git$/, "")
      .split("/")
      .at(-1) || target
  );
}
