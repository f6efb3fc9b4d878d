"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { firstRow, toPage } from "#components/layout/list-address.ts";
import { useListState } from "#components/layout/list-state.tsx";
import { QueryBox } from "#components/layout/query-box.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ListKeys } from "#components/ui/list-keys.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Pager } from "#components/ui/pager.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { AboveRow, RowLink, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { ListLocations } from "#server/catalog/inputs.ts";
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

/** So many sources are found by eye. */
const searchFrom = 12;

/** A page of the sources; where there are many, one is found by a part of its address. */
export function SourceTable({ list }: { list: ListLocations }) {
  const trpc = useTRPC();
  const { params, hrefOf } = useListState();
  const { data } = useSuspenseQuery(
    trpc.catalog.locations.queryOptions(list, {
      refetchInterval: ({ state }) =>
        state.data?.items.some((item) => !isImportOver(item.state)) ? 1_000 : false,
    }),
  );
  const search =
    data.total >= searchFrom || list.query !== "" ? (
      <div className="pb-3">
        <QueryBox label="Search the sources" chips={[]} />
      </div>
    ) : null;
  if (data.items.length === 0 && list.query !== "")
    return (
      <>
        {search}
        <EmptyState kind="filtered" isCompact title="No source has this in its address" />
      </>
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
  const from = firstRow(params);
  const to = from + data.items.length - 1;
  return (
    <>
      {search}
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
      {data.nextCursor || data.previousCursor ? (
        <Pager
          previousHref={
            data.previousCursor ? hrefOf(toPage(params, data.previousCursor, from - list.limit)) : null
          }
          nextHref={data.nextCursor ? hrefOf(toPage(params, data.nextCursor, to + 1)) : null}
        >
          {numberText(from)}–{numberText(to)} of {numberText(data.total)}
        </Pager>
      ) : null}
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
