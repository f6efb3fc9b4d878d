import type { Metadata } from "next";
import { CustomSources } from "#components/catalog/custom-sources.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Custom sources" };

export default async function CustomSourcesPage() {
  await settleSoon(getQueryClient().prefetchQuery(trpc.entries.customSources.queryOptions()));
  return (
    <Hydrate>
      <PageHeader
        path={[
          { label: "Catalog", href: "/catalog" },
          { label: "Sources", href: "/catalog/sources" },
        ]}
        title="Custom sources"
        summary="Programs of your own that send entries to the catalog instead of leaving files somewhere."
      />
      <QueryBoundary
        failure="The custom sources could not be loaded"
        fallback={<SkeletonRows rows={4} label="Loading custom sources" hasHead />}
      >
        <CustomSources />
      </QueryBoundary>
    </Hydrate>
  );
}
