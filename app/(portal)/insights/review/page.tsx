import type { Metadata } from "next";
import { Suspense } from "react";
import { InsightsTabs } from "#components/delivery/insights-tabs.tsx";
import { ReviewFilter } from "#components/delivery/review/review-filter.tsx";
import { ReviewQueue } from "#components/delivery/review/review-queue.tsx";
import { reviewSearch } from "#components/delivery/review/review-search.ts";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Failures to review" };

export default async function ReviewPage({ searchParams }: PageProps<"/insights/review">) {
  const asked = reviewSearch(await searchParams);
  void getQueryClient().prefetchInfiniteQuery(
    trpc.delivery.review.infiniteQueryOptions(asked, { getNextPageParam: ({ nextCursor }) => nextCursor }),
  );
  return (
    <>
      <PageHeader
        title="Failures to review"
        path={[{ label: "Insights", href: "/insights" }]}
        summary="Deployments that may have failed, the oldest first. A suggestion enters no rate until its team has confirmed it."
      />
      <InsightsTabs current="/insights/review" />
      <Hydrate>
        <Suspense fallback={<SkeletonRows rows={6} label="Loading failures to review" />}>
          <ReviewFilter asked={asked} />
          <ReviewQueue asked={asked} />
        </Suspense>
      </Hydrate>
    </>
  );
}
