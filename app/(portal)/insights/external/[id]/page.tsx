import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { readSearch } from "#app/read-search.ts";
import { ComparisonPage } from "#components/delivery/external/comparison-page.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ExternalId } from "#server/delivery/external/inputs.ts";
import { verdicts } from "#server/delivery/external/model.ts";

export const metadata: Metadata = { title: "Two tools compared" };

const Shown = z.object({
  show: z.enum(verdicts).optional().catch(undefined),
  from: z.coerce.number().int().min(0).max(100_000).catch(0),
});

export default async function Page({ params, searchParams }: PageProps<"/insights/external/[id]">) {
  const named = ExternalId.safeParse(await params);
  if (!named.success) notFound();
  const { show, from } = readSearch(Shown, await searchParams);
  const asked = { id: named.data.id, show, offset: from };
  await settleSoon(getQueryClient().prefetchQuery(trpc.deliveryExternal.comparison.queryOptions(asked)));
  return (
    <Hydrate>
      <QueryBoundary
        key={asked.id}
        failure="The comparison could not be loaded"
        fallback={<SkeletonRows rows={10} label="Comparing" hasHead />}
      >
        <ComparisonPage asked={asked} />
      </QueryBoundary>
    </Hydrate>
  );
}
