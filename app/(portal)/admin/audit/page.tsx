import type { Metadata } from "next";
import { Suspense } from "react";
import { readSearch } from "#app/read-search.ts";
import { CheckState } from "#components/audit/check-state.tsx";
import { EventFilter } from "#components/audit/event-filter.tsx";
import { EventTable } from "#components/audit/event-table.tsx";
import { SinkList } from "#components/audit/sink-list.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ListEvents } from "#server/audit/inputs.ts";

export const metadata: Metadata = { title: "Audit log" };

/** The same days as the list shows; an export leaves nothing out for other filters, or it could not be verified. */
function exportAddress({ from, to }: ListEvents): string {
  const days = Object.entries({ from, to }).flatMap(([key, value]) => (value ? [[key, value]] : []));
  const query = new URLSearchParams(days as [string, string][]).toString();
  return `/api/v1/audit/events.jsonl${query ? `?${query}` : ""}`;
}

export default async function AuditPage({ searchParams }: PageProps<"/admin/audit">) {
  const filter = readSearch(ListEvents, await searchParams);
  const client = getQueryClient();
  await settleSoon(
    client.prefetchQuery(trpc.audit.check.queryOptions()),
    client.prefetchQuery(trpc.audit.sinks.queryOptions()),
  );
  return (
    <>
      <AdminHeader
        current="/admin/audit"
        summary="Every change in this portal: who did what, and when."
        action={
          <ButtonLink href={exportAddress(filter)} isDownload>
            Export
          </ButtonLink>
        }
      />
      <Hydrate>
        <div className="flex flex-wrap items-start gap-x-8 gap-y-2 pt-3">
          <Suspense fallback={<div className="h-7" />}>
            <CheckState />
          </Suspense>
          <Suspense fallback={<div className="h-7" />}>
            <SinkList />
          </Suspense>
        </div>
      </Hydrate>
      <Suspense fallback={<div className="h-20" />}>
        <EventFilter filter={filter} />
      </Suspense>
      <Suspense
        key={JSON.stringify(filter)}
        fallback={<SkeletonRows rows={12} label="Loading the audit log" hasHead />}
      >
        <EventTable filter={filter} />
      </Suspense>
    </>
  );
}
