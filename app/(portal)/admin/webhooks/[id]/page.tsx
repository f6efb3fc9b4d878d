import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Suspense } from "react";
import { DeliveryPage } from "#components/github/delivery-page.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Webhook" };

export default async function WebhookPage({ params }: PageProps<"/admin/webhooks/[id]">) {
  const id = Number((await params).id);
  if (!Number.isSafeInteger(id) || id < 1) notFound();
  void getQueryClient().prefetchQuery(trpc.github.delivery.queryOptions({ id }));
  return (
    <Hydrate>
      <Suspense fallback={<SkeletonRows rows={8} label="Loading the webhook" />}>
        <DeliveryPage id={id} />
      </Suspense>
    </Hydrate>
  );
}
