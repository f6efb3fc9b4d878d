import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { orFirstPage } from "#app/or-first-page.ts";
import { SourcePage } from "#components/catalog/source-page.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Source" };

export default async function Page({ params, searchParams }: PageProps<"/catalog/sources/[id]">) {
  const { id } = await params;
  const search = await searchParams;
  const { cursor } = search;
  const problems = { locationId: id, ...(typeof cursor === "string" ? { cursor } : {}) };
  const queryClient = getQueryClient();
  await readSource(id);
  void queryClient.prefetchQuery(trpc.discovery.source.queryOptions({ id }));
  await orFirstPage(`/catalog/sources/${id}`, search, () =>
    queryClient.fetchQuery(trpc.catalog.problems.queryOptions(problems)),
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

/** Reads the source ahead; what is no source, or no longer one, is not found. */
async function readSource(id: string): Promise<void> {
  try {
    await getQueryClient().fetchQuery(trpc.catalog.location.queryOptions({ id }));
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "NOT_FOUND" || code === "BAD_REQUEST") notFound();
  }
}
