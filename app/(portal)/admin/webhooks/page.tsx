import type { Metadata } from "next";
import { Suspense } from "react";
import { readSearch } from "#app/read-search.ts";
import { DeliveryFilter } from "#components/github/delivery-filter.tsx";
import { DeliveryTable } from "#components/github/delivery-table.tsx";
import { NewSecretButton } from "#components/github/new-secret-button.tsx";
import { ReplayList } from "#components/github/replay-list.tsx";
import { ReplayManyButton } from "#components/github/replay-many-button.tsx";
import { WebhookStatus } from "#components/github/webhook-status.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ListDeliveries } from "#server/github/inputs.ts";

export const metadata: Metadata = { title: "Webhook log" };

export default async function WebhooksPage({ searchParams }: PageProps<"/admin/webhooks">) {
  const filter = readSearch(ListDeliveries, await searchParams);
  void getQueryClient().prefetchQuery(trpc.github.replays.queryOptions());
  return (
    <>
      <AdminHeader
        current="/admin/webhooks"
        summary="What GitHub has sent, what became of it, and the bytes as they came."
        action={
          <>
            <ButtonLink href="/admin/webhooks/health">Health</ButtonLink>
            <ReplayManyButton filter={filter} />
            <NewSecretButton />
          </>
        }
      />
      <Suspense fallback={<div className="h-11" />}>
        <WebhookStatus />
      </Suspense>
      <Hydrate>
        <QueryBoundary failure={null} fallback={null}>
          <ReplayList />
        </QueryBoundary>
      </Hydrate>
      <Suspense fallback={<div className="h-14" />}>
        <DeliveryFilter filter={filter} />
      </Suspense>
      <Suspense
        key={JSON.stringify(filter)}
        fallback={<SkeletonRows rows={12} label="Loading the webhook log" hasHead />}
      >
        <DeliveryTable filter={filter} />
      </Suspense>
    </>
  );
}
