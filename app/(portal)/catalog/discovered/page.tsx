import type { Metadata } from "next";
import { orFirstPage } from "#app/or-first-page.ts";
import { readSearch } from "#app/read-search.ts";
import { CatalogFacetsSkeleton } from "#components/catalog/catalog-facets.tsx";
import { ProposalFacets, ProposalSearch, ProposalStates } from "#components/discovery/proposal-filters.tsx";
import { ProposalTable } from "#components/discovery/proposal-table.tsx";
import { IndexLayout } from "#components/layout/index-layout.tsx";
import { toParams } from "#components/layout/list-address.ts";
import { ListStateProvider } from "#components/layout/list-state.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ListProposals, ProposalFilter } from "#server/discovery/inputs.ts";

export const metadata: Metadata = { title: "Found without a file" };

const facetNames = ["type", "language", "owner", "organization"] as const;

export default async function DiscoveredPage({ searchParams }: PageProps<"/catalog/discovered">) {
  const search = await searchParams;
  const list = readSearch(ListProposals, search);
  const filter = ProposalFilter.parse(list);
  const params = toParams(search);
  const filterCount = facetNames.reduce((sum, name) => sum + params.getAll(name).length, 0);
  const queryClient = getQueryClient();
  const rows = orFirstPage("/catalog/discovered", search, () =>
    queryClient.fetchQuery(trpc.discovery.proposals.queryOptions(list)),
  );
  if (search.cursor !== undefined) await rows;
  // Guests may not ask: the list below tells them so itself.
  const hosts = queryClient.fetchQuery(trpc.discovery.list.queryOptions()).catch(() => null);
  await settleSoon(rows, queryClient.prefetchQuery(trpc.discovery.facets.queryOptions(filter)));
  if ((await hosts)?.items.length === 0 && filterCount === 0 && filter.query === "")
    return <NothingConnected />;
  return (
    <Hydrate>
      <Header />
      <ListStateProvider>
        <IndexLayout
          filterCount={filterCount}
          facets={
            <QueryBoundary failure="The filters could not be loaded" fallback={<CatalogFacetsSkeleton />}>
              <ProposalFacets filter={filter} />
            </QueryBoundary>
          }
          search={<ProposalSearch />}
          tools={
            <QueryBoundary failure="The states could not be loaded" fallback={null}>
              <ProposalStates filter={filter} />
            </QueryBoundary>
          }
        >
          <QueryBoundary
            failure="What was found could not be loaded"
            fallback={<SkeletonRows rows={12} label="Loading what was found" hasHead />}
          >
            <ProposalTable list={list} isFiltered={filterCount > 0 || filter.query !== ""} />
          </QueryBoundary>
        </IndexLayout>
      </ListStateProvider>
    </Hydrate>
  );
}

function Header() {
  return (
    <PageHeader
      path={[{ label: "Catalog", href: "/catalog" }]}
      title="Found without a file"
      summary="Repositories, and parts of them, that no catalog file describes. Adopt what belongs in the catalog."
      action={<ButtonLink href="/catalog/sources">Sources</ButtonLink>}
    />
  );
}

function NothingConnected() {
  return (
    <>
      <Header />
      <EmptyState
        kind="notConnected"
        title="No host of repositories is connected"
        action={<ButtonLink href="/admin/connections">Connections</ButtonLink>}
      >
        With GitHub or GitLab connected, repositories without a catalog file appear here with an owner to
        confirm. Admins connect one.
      </EmptyState>
    </>
  );
}
