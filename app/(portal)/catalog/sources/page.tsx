import type { Metadata } from "next";
import { ImportButton } from "#components/catalog/import-button.tsx";
import { SourceTable } from "#components/catalog/source-table.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Sources" };

export default async function SourcesPage() {
  await settleSoon(getQueryClient().prefetchQuery(trpc.catalog.locations.queryOptions()));
  return (
    <Hydrate>
      <PageHeader
        path={[{ label: "Catalog", href: "/catalog" }]}
        title="Sources"
        summary="The folders and repositories whose files fill the catalog, and how their last import went."
        action={<ImportButton />}
      />
      <QueryBoundary
        failure="The sources could not be loaded"
        fallback={<SkeletonRows rows={6} label="Loading sources" hasHead />}
      >
        <SourceTable />
      </QueryBoundary>
    </Hydrate>
  );
}
