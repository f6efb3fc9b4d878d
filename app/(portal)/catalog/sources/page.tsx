import type { Metadata } from "next";
import { orFirstPage } from "#app/or-first-page.ts";
import { readSearch } from "#app/read-search.ts";
import { ImportButton } from "#components/catalog/import-button.tsx";
import { SourceTable } from "#components/catalog/source-table.tsx";
import { DiscoveryList } from "#components/discovery/discovery-list.tsx";
import { ListStateProvider } from "#components/layout/list-state.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ListLocations } from "#server/catalog/inputs.ts";

export const metadata: Metadata = { title: "Sources" };

export default async function SourcesPage({ searchParams }: PageProps<"/catalog/sources">) {
  const search = await searchParams;
  const list = readSearch(ListLocations, search);
  const queryClient = getQueryClient();
  const sources = orFirstPage("/catalog/sources", search, () =>
    queryClient.fetchQuery(trpc.catalog.locations.queryOptions(list)),
  );
  if (search.cursor !== undefined) await sources;
  void queryClient.prefetchQuery(trpc.catalog.locations.queryOptions({ limit: 1 }));
  await settleSoon(sources, queryClient.prefetchQuery(trpc.discovery.list.queryOptions()));
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
        <ListStateProvider>
          <SourceTable list={list} />
        </ListStateProvider>
      </QueryBoundary>
    </Hydrate>
  );
}
