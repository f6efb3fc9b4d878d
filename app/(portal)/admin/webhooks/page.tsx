import type { Metadata } from "next";
import { Suspense } from "react";
import { readSearch } from "#app/read-search.ts";
import { DeliveryFilter } from "#components/github/delivery-filter.tsx";
import { DeliveryTable } from "#components/github/delivery-table.tsx";
import { NewSecretButton } from "#components/github/new-secret-button.tsx";
import { WebhookStatus } from "#components/github/webhook-status.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ListDeliveries } from "#server/github/inputs.ts";

export const metadata: Metadata = { title: "Webhook log" };

export default async function WebhooksPage({ searchParams }: PageProps<"/admin/webhooks">) {
  const filter = readSearch(ListDeliveries, await searchParams);
  return (
    <>
      <AdminHeader
        current="/admin/webhooks"
        summary="What GitHub has sent, what became of it, and the bytes as they came."
        action={<NewSecretButton />}
      />
      <Suspense fallback={<div className="h-11" />}>
        <WebhookStatus />
      </Suspense>
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
