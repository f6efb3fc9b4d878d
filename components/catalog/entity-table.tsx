"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { firstRow, sortBy, toPage } from "#components/layout/list-address.ts";
import { useListState } from "#components/layout/list-state.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Pager } from "#components/ui/pager.tsx";
import { Table, Th } from "#components/ui/table.tsx";
import type { EntityFilter, ListEntities } from "#server/catalog/inputs.ts";
import type { SortKey } from "#server/catalog/model.ts";
import { OfTotal } from "./catalog-count.tsx";
import { CatalogEmpty } from "./catalog-empty.tsx";
import { EntityRow } from "./entity-row.tsx";
import { SelectionBar } from "./selection-bar.tsx";

type Props = { list: ListEntities; filter: EntityFilter; isFiltered: boolean };

const columns: { key: SortKey; label: string; className?: string }[] = [
  { key: "name", label: "Name", className: "max-sm:pl-0" },
  { key: "kind", label: "Kind", className: "w-36 max-sm:hidden" },
  { key: "owner", label: "Owner", className: "w-44 max-sm:hidden" },
  { key: "lifecycle", label: "Lifecycle", className: "w-32 max-md:hidden" },
  { key: "updated", label: "Changed", className: "w-28 max-md:hidden" },
];

export function EntityTable({ list, filter, isFiltered }: Props) {
  const trpc = useTRPC();
  const { params, hrefOf } = useListState();
  const { data: page } = useSuspenseQuery(trpc.catalog.list.queryOptions(list));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  if (page.items.length === 0) return <CatalogEmpty isFiltered={isFiltered} />;
  // Without a sort, a query orders by relevance and everything else by name.
  const sorted = { key: list.sort ?? (list.query ? "relevance" : "name"), direction: list.direction };
  const from = firstRow(params);
  const select = (ref: string, isOn: boolean) =>
    setSelected((before) => {
      const next = new Set(before);
      if (isOn) next.add(ref);
      else next.delete(ref);
      return next;
    });
  return (
    <>
      <Table label="Catalog" className="table-fixed">
        <thead>
          <tr>
            <Th className="w-8 max-sm:hidden">
              <span className="sr-only">Select</span>
            </Th>
            {columns.map((column) => (
              <Th
                key={column.key}
                className={column.className}
                sort={{
                  href: hrefOf(sortBy(params, column.key, sorted)),
                  direction: sorted.key === column.key ? sorted.direction : null,
                }}
              >
                {column.label}
              </Th>
            ))}
            <Th className="w-10">
              <span className="sr-only">More</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {page.items.map((entity) => (
            <EntityRow
              key={entity.ref}
              entity={entity}
              isSelected={selected.has(entity.ref)}
              onSelect={select}
            />
          ))}
        </tbody>
      </Table>
      <Pager
        previousHref={
          page.previousCursor ? hrefOf(toPage(params, page.previousCursor, from - list.limit)) : null
        }
        nextHref={page.nextCursor ? hrefOf(toPage(params, page.nextCursor, from + page.items.length)) : null}
      >
        {numberText(from)}–{numberText(from + page.items.length - 1)} <OfTotal filter={filter} />
      </Pager>
      <SelectionBar refs={[...selected]} onClear={() => setSelected(new Set())} />
    </>
  );
}
