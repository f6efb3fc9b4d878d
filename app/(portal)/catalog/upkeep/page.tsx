import type { Metadata } from "next";
import { Suspense } from "react";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { HandoverList } from "#components/trust/handover-list.tsx";
import { QuestionList } from "#components/trust/question-list.tsx";
import { UpkeepItems } from "#components/trust/upkeep-items.tsx";
import { UpkeepList } from "#components/trust/upkeep-list.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { pageRefusal } from "#server/auth/page-access.ts";
import { requestContext } from "#server/auth/page-context.ts";

export const metadata: Metadata = { title: "Upkeep" };

export default async function UpkeepPage() {
  const { actor } = await requestContext();
  const isGuest = pageRefusal("/catalog/truth", actor) !== null;
  const queryClient = getQueryClient();
  void queryClient.prefetchQuery(trpc.trust.upkeep.queryOptions());
  if (!isGuest) void queryClient.prefetchQuery(trpc.trust.handovers.queryOptions({}));
  return (
    <>
      <PageHeader
        path={[{ label: "Catalog", href: "/catalog" }]}
        title="Upkeep"
        summary="Keep what your teams own true: a few presses now and then."
        action={isGuest ? null : <ButtonLink href="/catalog/truth">How true is it?</ButtonLink>}
      />
      <Hydrate>
        <div className="flex flex-col gap-8">
          <Suspense fallback={<SkeletonRows rows={8} label="Loading what your teams own" hasHead />}>
            <QuestionList />
            <UpkeepItems />
            <UpkeepList />
          </Suspense>
          {isGuest ? null : (
            <QueryBoundary
              failure="What needs a new owner could not be loaded"
              fallback={<SkeletonRows rows={4} label="Loading what needs a new owner" />}
            >
              <HandoverList />
            </QueryBoundary>
          )}
        </div>
      </Hydrate>
    </>
  );
}
