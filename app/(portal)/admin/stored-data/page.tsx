import type { Metadata } from "next";
import { StoredDataTable } from "#components/installation/stored-data-table.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Stored data" };

export default function StoredDataPage() {
  void getQueryClient().prefetchQuery(trpc.installation.storedData.queryOptions());
  return (
    <Hydrate>
      <AdminHeader
        current="/admin/stored-data"
        summary="What the database holds about people, which contents, and which secrets: why, and how long."
      />
      <QueryBoundary
        failure="The list of stored data could not be loaded"
        fallback={<SkeletonRows rows={12} label="Loading what is stored" hasHead />}
      >
        <StoredDataTable />
      </QueryBoundary>
    </Hydrate>
  );
}
