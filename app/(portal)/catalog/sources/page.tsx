import type { Metadata } from "next";
import { ImportButton } from "#components/catalog/import-button.tsx";
import { SourceTable } from "#components/catalog/source-table.tsx";
import { DiscoveryList } from "#components/discovery/discovery-list.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Sources" };

export default async function SourcesPage() {
  await settleSoon(
    getQueryClient().prefetchQuery(trpc.catalog.locations.queryOptions()),
    getQueryClient().prefetchQuery(trpc.discovery.list.queryOptions()),
  );
  return (
    <Hydrate>
      <PageHeader
        path={[{ label: "Catalog", href: "/catalog" }]}
        title="Sources"
        summary="The folders and repositories whose files fill the catalog, and how their last import went."
        action={
          <>
            <ButtonLink href="/catalog/checks">Checks</ButtonLink>
            <ButtonLink href="/catalog/sources/custom">Custom sources</ButtonLink>
            <ImportButton />
          </>
        }
      />
      <QueryBoundary failure="The connections could not be loaded" fallback={null}>
        <DiscoveryList />
      </QueryBoundary>
      <QueryBoundary
        failure="The sources could not be loaded"
        fallback={<SkeletonRows rows={6} label="Loading sources" hasHead />}
      >
        <SourceTable />
      </QueryBoundary>
    </Hydrate>
  );
}
