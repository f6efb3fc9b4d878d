"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { OwnerLink } from "#components/catalog/owner-link.tsx";
import { firstRow, toPage } from "#components/layout/list-address.ts";
import { useListState } from "#components/layout/list-state.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ListKeys } from "#components/ui/list-keys.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Pager } from "#components/ui/pager.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { AboveRow, RowLink, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { ListSites } from "#server/docs/inputs.ts";
import type { SiteItem } from "#server/docs/reads/sites.ts";
import { docsHref, viewHref } from "./docs-href.ts";

/** Every documentation that the reader may open; their own first. */
export function DocsSites({ list }: { list: ListSites }) {
  const trpc = useTRPC();
  const { params, hrefOf } = useListState();
  const { data } = useSuspenseQuery(trpc.docs.list.queryOptions(list));
  if (data.items.length === 0)
    return list.query === "" ? (
      <EmptyState kind="nothing" title="No documentation yet">
        <p>
          Write Markdown into a folder <code className="font-mono">docs</code> of a repository, and add this
          to the entry in its catalog-info.yaml. It appears here after the next import.
        </p>
        <pre className="mt-2 overflow-x-auto rounded-control border border-line bg-sunken p-2 font-mono text-small">
          {"metadata:\n  annotations:\n    backstage.io/techdocs-ref: dir:."}
        </pre>
      </EmptyState>
    ) : (
      <EmptyState kind="filtered" isCompact title="No documentation has such a name" />
    );
  const from = firstRow(params);
  const to = from + data.items.length - 1;
  return (
    <div>
      <Table label="Documentation" className="table-fixed">
        <thead>
          <tr>
            <Th>Documentation</Th>
            <Th className="w-44 max-md:hidden">Owner</Th>
            <Th className="w-20 max-sm:hidden" isNumber>
              Pages
            </Th>
            <Th className="w-36 max-sm:hidden sm:pl-8">Links</Th>
            <Th className="w-32 max-md:hidden" isNumber>
              Changed
            </Th>
            <Th className="w-32" isNumber>
              As of
            </Th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((item) => (
            <SiteRow key={item.ref} item={item} />
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
          {numberText(from)}–{numberText(to)}
        </Pager>
      ) : null}
      <ListKeys />
    </div>
  );
}

function SiteRow({ item }: { item: SiteItem }) {
  return (
    <Tr>
      <Td>
        <span className="flex min-w-0 items-center gap-2">
          <RowLink href={docsHref(item.ref)} className="truncate" data-tip-clipped="">
            {item.name}
          </RowLink>
          {item.isMine ? <Badge>Yours</Badge> : null}
          {item.title === item.name ? null : (
            <span className="truncate text-muted max-sm:hidden">{item.title}</span>
          )}
        </span>
      </Td>
      <Td className="max-md:hidden">
        {item.owner ? (
          <AboveRow>
            <OwnerLink ownerRef={item.owner.ref} title={item.owner.title} isKnown={item.owner.isKnown} />
          </AboveRow>
        ) : (
          <span className="text-muted">nobody</span>
        )}
      </Td>
      <Td className="max-sm:hidden" isNumber>
        {numberText(item.pages)}
      </Td>
      <Td className="max-sm:hidden sm:pl-8">
        {item.broken > 0 ? (
          <AboveRow>
            <TextLink href={viewHref(item.ref, "report")}>
              <Status tone="warning">{numberText(item.broken)} broken</Status>
            </TextLink>
          </AboveRow>
        ) : (
          <span className="text-muted">fine</span>
        )}
      </Td>
      <Td className="max-md:hidden" isNumber>
        {item.changedAt ? (
          <AboveRow>
            <RelativeTime at={item.changedAt} className="text-muted" />
          </AboveRow>
        ) : null}
      </Td>
      <Td isNumber>
        {item.failure ? (
          <Status tone="warning">not read</Status>
        ) : (
          <AboveRow>
            <RelativeTime at={item.checkedAt} className="text-muted" />
          </AboveRow>
        )}
      </Td>
    </Tr>
  );
}
