import type { Metadata } from "next";
import { orFirstPage } from "#app/or-first-page.ts";
import { readSearch } from "#app/read-search.ts";
import { CatalogFacets, CatalogFacetsSkeleton } from "#components/catalog/catalog-facets.tsx";
import { CatalogRooms } from "#components/catalog/catalog-rooms.tsx";
import { CatalogSearch } from "#components/catalog/catalog-search.tsx";
import { CatalogTools } from "#components/catalog/catalog-tools.tsx";
import { EntityTable } from "#components/catalog/entity-table.tsx";
import { ImportButton } from "#components/catalog/import-button.tsx";
import { IndexLayout } from "#components/layout/index-layout.tsx";
import { toParams } from "#components/layout/list-address.ts";
import { ListStateProvider } from "#components/layout/list-state.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { EntityFilter, ListEntities } from "#server/catalog/inputs.ts";
import { type EntityFacets, facetNames } from "#server/catalog/model.ts";

export const metadata: Metadata = { title: "Catalog" };

export default async function CatalogPage({ searchParams }: PageProps<"/catalog">) {
  const search = await searchParams;
  const list = readSearch(ListEntities, search);
  const filter = EntityFilter.parse(list);
  const params = toParams(search);
  const filterCount = [...facetNames, "is"].reduce((sum, name) => sum + params.getAll(name).length, 0);
  const queryClient = getQueryClient();
  void queryClient.prefetchQuery(trpc.catalog.count.queryOptions(filter));
  void queryClient.prefetchQuery(trpc.catalog.locations.queryOptions({ limit: 1 }));
  const entries = orFirstPage("/catalog", search, () =>
    queryClient.fetchQuery(trpc.catalog.list.queryOptions(list)),
  );
  // Only a page that is not the first one may be wrong: it is waited for.
  if (search.cursor !== undefined) await entries;
  await settleSoon(entries, queryClient.prefetchQuery(trpc.catalog.facets.queryOptions(filter)));
  const facets = queryClient.getQueryData(trpc.catalog.facets.queryKey(filter));
  return (
    <Hydrate>
      <PageHeader
        title="Catalog"
        summary="Services, APIs, resources, teams and people, and who owns what."
        action={
          <>
            <CatalogRooms />
            <ImportButton tone="secondary" />
          </>
        }
      />
      <ListStateProvider>
        <IndexLayout
          filterCount={filterCount}
          facets={
            <QueryBoundary failure="The filters could not be loaded" fallback={<CatalogFacetsSkeleton />}>
              <CatalogFacets filter={filter} />
            </QueryBoundary>
          }
          search={<CatalogSearch labels={labelsOf(filter, facets)} />}
          tools={<CatalogTools filter={filter} />}
        >
          <QueryBoundary
            failure="The catalog could not be loaded"
            fallback={<SkeletonRows rows={20} label="Loading the catalog" hasHead />}
          >
            <EntityTable list={list} filter={filter} isFiltered={filterCount > 0 || filter.query !== ""} />
          </QueryBoundary>
        </IndexLayout>
      </ListStateProvider>
    </Hydrate>
  );
}

/** What the chosen values are called, by facet and value ("owner group:default/payments"). */
function labelsOf(filter: EntityFilter, facets: EntityFacets | undefined): Record<string, string> {
  const chosen = facetNames.flatMap((name) =>
    (facets?.[name] ?? [])
      .filter(({ value }) => filter[name].includes(value))
      .map(({ value, label }) => [`${name} ${value}`, label]),
  );
  return Object.fromEntries(chosen);
}
