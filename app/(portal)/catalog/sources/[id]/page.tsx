import type { Metadata } from "next";
import { SourcePage } from "#components/catalog/source-page.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Source" };

export default async function Page({ params, searchParams }: PageProps<"/catalog/sources/[id]">) {
  const { id } = await params;
  const { cursor } = await searchParams;
  const problems = { locationId: id, ...(typeof cursor === "string" ? { cursor } : {}) };
  const queryClient = getQueryClient();
  await settleSoon(
    queryClient.prefetchQuery(trpc.catalog.location.queryOptions({ id })),
    queryClient.prefetchQuery(trpc.catalog.problems.queryOptions(problems)),
  );
  return (
    <Hydrate>
      <QueryBoundary
        failure="The source could not be loaded"
        fallback={<SkeletonRows rows={6} label="Loading the source" />}
      >
        <SourcePage id={id} problems={problems} />
      </QueryBoundary>
    </Hydrate>
  );
}
