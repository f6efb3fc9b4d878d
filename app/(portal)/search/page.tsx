import type { Metadata } from "next";
import { readSearch } from "#app/read-search.ts";
import { IndexLayout } from "#components/layout/index-layout.tsx";
import { ListStateProvider } from "#components/layout/list-state.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { QueryBox } from "#components/layout/query-box.tsx";
import { SearchFacets } from "#components/search/search-facets.tsx";
import { SearchHints } from "#components/search/search-hints.tsx";
import { SearchResults } from "#components/search/search-results.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Search } from "#server/search/inputs.ts";

export const metadata: Metadata = { title: "Search" };

export default async function SearchPage({ searchParams }: PageProps<"/search">) {
  const { q, ...rest } = await searchParams;
  const asked = readSearch(Search, { ...rest, query: q });
  const isEmpty = asked.query === "";
  if (!isEmpty) await settleSoon(getQueryClient().prefetchQuery(trpc.search.find.queryOptions(asked)));
  const fallback = <SkeletonRows rows={10} label="Searching" />;
  return (
    <Hydrate>
      <PageHeader
        title="Search"
        summary="Services and entries, documentation, people and teams, templates."
      />
      <ListStateProvider>
        <IndexLayout
          filterCount={asked.kind.length}
          facets={
            isEmpty ? null : (
              <QueryBoundary failure={null} fallback={null}>
                <SearchFacets asked={asked} />
              </QueryBoundary>
            )
          }
          search={<QueryBox name="q" label="Search everything" chips={[]} />}
          tools={null}
        >
          {isEmpty ? (
            <SearchHints />
          ) : (
            <QueryBoundary failure="The search did not answer" fallback={fallback}>
              <SearchResults asked={asked} />
            </QueryBoundary>
          )}
        </IndexLayout>
      </ListStateProvider>
    </Hydrate>
  );
}
