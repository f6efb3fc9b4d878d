import type { Metadata } from "next";
import { Suspense } from "react";
import { z } from "zod";
import { readSearch } from "#app/read-search.ts";
import { CalendarSection } from "#components/delivery/calendar/calendar-section.tsx";
import { DraftedRulesForm } from "#components/delivery/simulation/drafted-rules-form.tsx";
import { RulesForm } from "#components/delivery/simulation/rules-form.tsx";
import { SimulationList } from "#components/delivery/simulation/simulation-list.tsx";
import { ReceiverTable } from "#components/delivery/sources/receiver-table.tsx";
import { UnmatchedDeployments } from "#components/delivery/sources/unmatched-deployments.tsx";
import { UnmatchedIncidents } from "#components/delivery/sources/unmatched-incidents.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Delivery" };

/** The simulation whose rules fill the form. */
const Shown = z.object({ draft: z.uuid().optional() });

export default async function AdminDeliveryPage({ searchParams }: PageProps<"/admin/delivery">) {
  const { draft } = readSearch(Shown, await searchParams);
  const queryClient = getQueryClient();
  void queryClient.prefetchQuery(trpc.deliverySources.receivers.queryOptions());
  void queryClient.prefetchQuery(trpc.deliverySources.unmatchedIncidents.queryOptions());
  void queryClient.prefetchQuery(trpc.deliverySources.tiers.queryOptions());
  void queryClient.prefetchQuery(trpc.deliverySimulations.state.queryOptions());
  void queryClient.prefetchQuery(trpc.delivery.calendar.queryOptions());
  return (
    <>
      <AdminHeader
        current="/admin/delivery"
        summary="Who sends incidents, which of them and which deployments belong to no service yet, and by which rules all services count."
      />
      <Hydrate>
        <div className="flex flex-col gap-8 pt-4">
          <Suspense fallback={<SkeletonRows rows={3} label="Loading receivers" hasHead />}>
            <ReceiverTable />
          </Suspense>
          <Suspense fallback={<SkeletonRows rows={2} label="Loading incidents" />}>
            <UnmatchedIncidents />
          </Suspense>
          <UnmatchedDeployments />
          <Suspense fallback={<SkeletonRows rows={6} label="Loading rules" hasHead />}>
            {draft ? <DraftedRulesForm id={draft} /> : <RulesForm />}
          </Suspense>
          <Suspense fallback={<SkeletonRows rows={2} label="Loading rules that were tried" hasHead />}>
            <SimulationList />
          </Suspense>
          <Suspense fallback={<SkeletonRows rows={3} label="Loading the calendar" hasHead />}>
            <CalendarSection />
          </Suspense>
        </div>
      </Hydrate>
    </>
  );
}
