"use client";

import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import {
  type ImportedState,
  importedStates,
  importedStateWords,
  isImportMoving,
} from "#server/delivery/back-fill/model.ts";
import { ImportActions } from "./import-actions.tsx";
import { importHref } from "./import-address.ts";
import { ImportProgress } from "./import-progress.tsx";
import { useImports } from "./import-section.tsx";
import { RepositoryTable } from "./repository-table.tsx";

type Props = { connectionId: string | null; state: ImportedState | undefined; cursor: string | undefined };

/** How the import of one connection's past goes, and how each of its repositories stands. */
export function ImportPage({ connectionId, state, cursor }: Props) {
  const { data } = useImports();
  const item = data.find((one) => one.connectionId === connectionId) ?? data[0];
  if (!item)
    return (
      <EmptyState kind="nothing" title="Nothing is being imported">
        Once a connection has been looked through for the first time, the past of its repositories is read by
        itself.
      </EmptyState>
    );
  const others = data.length > 1;
  const counts = item.repositories;
  return (
    <div className="flex flex-col gap-6 pt-2">
      {others ? (
        <Tabs
          label="Connections"
          tabs={data.map((one) => ({
            href: importHref(one.connectionId),
            label: one.name,
            isCurrent: one === item,
          }))}
        />
      ) : null}
      <Section title={item.name} action={<ImportActions item={item} />}>
        <ImportProgress item={item} />
      </Section>
      <Section title="Repositories" count={numberText(counts.all)}>
        <Tabs
          label="Repositories by state"
          tabs={[
            { href: importHref(item.connectionId), label: "All", isCurrent: state === undefined },
            ...importedStates.map((one) => ({
              href: importHref(item.connectionId, { state: one }),
              label: importedStateWords[one],
              count: counts[one],
              isCurrent: state === one,
            })),
          ]}
        />
        <QueryBoundary
          failure="The repositories could not be loaded"
          fallback={<SkeletonRows rows={8} label="Loading repositories" hasHead />}
        >
          <RepositoryTable
            connectionId={item.connectionId}
            state={state}
            cursor={cursor}
            isMoving={isImportMoving(item)}
            counts={counts}
            refusal={item.may.manage}
          />
        </QueryBoundary>
      </Section>
    </div>
  );
}
