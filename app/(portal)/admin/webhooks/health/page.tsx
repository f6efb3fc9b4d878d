import type { Metadata } from "next";
import { CompareButton } from "#components/github/compare-button.tsx";
import { WebhookHealth } from "#components/github/webhook-health.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Webhook health" };

export default function WebhookHealthPage() {
  void getQueryClient().prefetchQuery(trpc.github.health.queryOptions());
  return (
    <Hydrate>
      <PageHeader
        title="Webhook health"
        path={[{ label: "Webhook log", href: "/admin/webhooks" }]}
        summary="Whether webhooks come in and through, what was missed, and what is left of the rate limits."
        action={<CompareButton />}
      />
      <QueryBoundary
        failure="The health of the webhooks could not be loaded"
        fallback={<SkeletonRows rows={10} label="Loading the health of the webhooks" />}
      >
        <WebhookHealth />
      </QueryBoundary>
    </Hydrate>
  );
}
