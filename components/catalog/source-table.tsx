"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ListKeys } from "#components/ui/list-keys.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { AboveRow, RowLink, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { isImportOver, type LocationItem } from "#server/catalog/model.ts";
import { ImportButton } from "./import-button.tsx";
import { ImportStateMark } from "./import-state.tsx";

const typeWords: Record<LocationItem["type"], string> = {
  folder: "Folder",
  git: "Repository",
  file: "File",
  portal: "Kept in the portal",
  custom: "Custom",
  people: "People",
};

export function SourceTable() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(
    trpc.catalog.locations.queryOptions(undefined, {
      refetchInterval: ({ state }) =>
        state.data?.items.some((item) => !isImportOver(item.state)) ? 1_000 : false,
    }),
  );
  if (data.items.length === 0) {
    return (
      <EmptyState
        kind="nothing"
        title="No sources yet"
        command="npx milepost catalog import ."
        action={<ImportButton />}
      >
        Each folder or repository that is imported is kept here, so that it can be imported again.
      </EmptyState>
    );
  }
  return (
    <>
      <Table label="Sources" className="table-fixed">
        <thead>
          <tr>
            <Th>Source</Th>
            <Th className="w-28 max-md:hidden">Type</Th>
            <Th className="w-24 max-sm:hidden" isNumber>
              Entries
            </Th>
            <Th className="w-28 max-sm:hidden" isNumber>
              Problems
            </Th>
            <Th className="w-30 sm:pl-8 sm:w-40">State</Th>
            <Th className="w-32 max-md:hidden" isNumber>
              Imported
            </Th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((item) => (
            <SourceRow key={item.id} item={item} />
          ))}
        </tbody>
      </Table>
      <ListKeys />
    </>
  );
}

function SourceRow({ item }: { item: LocationItem }) {
  return (
    <Tr>
      <Td>
        <RowLink href={`/catalog/sources/${item.id}`} className="block truncate" data-tip-clipped="">
          {item.target}
        </RowLink>
      </Td>
      <Td className="max-md:hidden">{typeWords[item.type]}</Td>
      <Td className="max-sm:hidden" isNumber>
        {numberText(item.entityCount)}
      </Td>
      <Td className="max-sm:hidden" isNumber>
        {item.problemCount > 0 ? <Status tone="warning">{numberText(item.problemCount)}</Status> : "0"}
      </Td>
      <Td className="sm:pl-8">
        <ImportStateMark state={item.state} />
      </Td>
      <Td className="max-md:hidden" isNumber>
        {item.importedAt ? (
          <AboveRow>
            <RelativeTime at={item.importedAt} className="text-muted" />
          </AboveRow>
        ) : (
          <span className="text-muted">not yet</span>
        )}
      </Td>
    </Tr>
  );
}
