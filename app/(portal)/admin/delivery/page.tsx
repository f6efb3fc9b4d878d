import type { Metadata } from "next";
import { Suspense } from "react";
import { ReceiverTable } from "#components/delivery/sources/receiver-table.tsx";
import { TierRules } from "#components/delivery/sources/tier-rules.tsx";
import { UnmatchedIncidents } from "#components/delivery/sources/unmatched-incidents.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Delivery" };

export default function AdminDeliveryPage() {
  const queryClient = getQueryClient();
  void queryClient.prefetchQuery(trpc.deliverySources.receivers.queryOptions());
  void queryClient.prefetchQuery(trpc.deliverySources.unmatchedIncidents.queryOptions());
  void queryClient.prefetchQuery(trpc.deliverySources.tiers.queryOptions());
  return (
    <>
      <AdminHeader
        current="/admin/delivery"
        summary="Who sends incidents, which of them belong to no service yet, and what environments are for."
      />
      <Hydrate>
        <div className="flex flex-col gap-8 pt-4">
          <Suspense fallback={<SkeletonRows rows={3} label="Loading receivers" hasHead />}>
            <ReceiverTable />
          </Suspense>
          <Suspense fallback={<SkeletonRows rows={2} label="Loading incidents" />}>
            <UnmatchedIncidents />
          </Suspense>
          <Suspense fallback={<SkeletonRows rows={6} label="Loading environments" hasHead />}>
            <TierRules />
          </Suspense>
        </div>
      </Hydrate>
    </>
  );
}
