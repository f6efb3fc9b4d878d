import type { Metadata } from "next";
import { Suspense } from "react";
import { readSearch } from "#app/read-search.ts";
import { EventFilter } from "#components/audit/event-filter.tsx";
import { EventTable } from "#components/audit/event-table.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ListEvents } from "#server/audit/inputs.ts";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditPage({ searchParams }: PageProps<"/admin/audit">) {
  const filter = readSearch(ListEvents, await searchParams);
  return (
    <>
      <AdminHeader current="/admin/audit" summary="Every change in this portal: who did what, and when." />
      <Suspense fallback={<div className="h-14" />}>
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
