import type { Metadata } from "next";
import { Suspense } from "react";
import { readSearch } from "#app/read-search.ts";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { ShadowActions } from "#components/shadow/shadow-actions.tsx";
import { ShadowStatus } from "#components/shadow/shadow-state.tsx";
import { ShadowUse } from "#components/shadow/shadow-summary.tsx";
import { ShadowTable } from "#components/shadow/shadow-table.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ListShadow } from "#server/shadow/inputs.ts";

export const metadata: Metadata = { title: "Backstage" };

export default async function ShadowPage({ searchParams }: PageProps<"/admin/shadow">) {
  const filter = readSearch(ListShadow, await searchParams);
  // Waited for: its buttons are rendered on both sides, and differ while one side has the answer and the other has not.
  await getQueryClient().prefetchQuery(trpc.shadow.overview.queryOptions());
  return (
    <Hydrate>
      <AdminHeader
        current="/admin/shadow"
        summary="A Backstage of yours, followed and compared: what moving here would keep, change and lose."
        action={<ShadowActions />}
      />
      <QueryBoundary
        failure="How Backstage compares could not be loaded"
        fallback={<SkeletonRows rows={2} label="Loading the comparison" />}
      >
        <ShadowStatus />
      </QueryBoundary>
      <Suspense fallback={<SkeletonRows rows={6} label="Loading what is in use" hasHead />}>
        <ShadowUse />
      </Suspense>
      <Suspense
        key={JSON.stringify(filter)}
        fallback={<SkeletonRows rows={8} label="Loading the entries" hasHead />}
      >
        <ShadowTable filter={filter} />
      </Suspense>
    </Hydrate>
  );
}
