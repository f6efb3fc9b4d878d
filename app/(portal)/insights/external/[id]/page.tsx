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

const Shown = z.object({
  show: z.enum(verdicts).optional().catch(undefined),
  from: z.coerce.number().int().min(0).max(100_000).catch(0),
});

type Props = PageProps<"/insights/external/[id]">;

async function readAsked({ params, searchParams }: Props) {
  const named = ExternalId.safeParse(await params);
  if (!named.success) notFound();
  const { show, from } = readSearch(Shown, await searchParams);
  return { id: named.data.id, show, offset: from };
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const asked = await readAsked(props);
  // Whoever may not see it is told no name of a tool; the page itself says why.
  const compared = await getQueryClient()
    .fetchQuery(trpc.deliveryExternal.comparison.queryOptions(asked))
    .catch(() => null);
  return { title: compared ? `${compared.file.tool} and this portal` : "Two tools compared" };
}

export default async function Page(props: Props) {
  const asked = await readAsked(props);
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
