import type { Metadata } from "next";
import { HomeBegin } from "#components/home/home-begin.tsx";
import { HomeServices } from "#components/home/home-services.tsx";
import { HomeUnowned } from "#components/home/home-unowned.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { TruthCard } from "#components/trust/truth-card.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { roleNames } from "#server/identity/model.ts";

export const metadata: Metadata = { title: "Home" };

export default async function HomePage() {
  const me = await getQueryClient().fetchQuery(trpc.identity.me.queryOptions());
  if (!me) return null;
  return (
    <>
      <PageHeader title="Home" summary={`${me.name}, ${roleNames[me.role].toLowerCase()}`} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-8 border-line border-t pt-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <QueryBoundary
          failure="Your services could not be loaded"
          fallback={<SkeletonRows rows={6} label="Loading your services" hasHead />}
        >
          <HomeServices hasTeams={me.groupRefs.length > 0} isLinked={me.personRef !== null} />
        </QueryBoundary>
        <div className="flex min-w-0 flex-col gap-8">
          {me.hasSeenTour ? null : (
            <QueryBoundary
              failure="Where to begin could not be loaded"
              fallback={<SkeletonRows rows={4} label="Loading where to begin" />}
            >
              <HomeBegin personRef={me.personRef} />
            </QueryBoundary>
          )}
          <QueryBoundary
            failure="What nobody owns could not be loaded"
            fallback={<SkeletonRows rows={4} label="Loading what nobody owns" />}
          >
            <HomeUnowned />
          </QueryBoundary>
          {me.role === "developer" || me.role === "guest" ? null : (
            <QueryBoundary failure={null} fallback={null}>
              <TruthCard />
            </QueryBoundary>
          )}
        </div>
      </div>
    </>
  );
}
