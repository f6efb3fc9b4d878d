import type { Metadata } from "next";
import { orFirstPage } from "#app/or-first-page.ts";
import { readSearch } from "#app/read-search.ts";
import { DocsFound } from "#components/docs/docs-found.tsx";
import { DocsSites } from "#components/docs/docs-sites.tsx";
import { ListStateProvider } from "#components/layout/list-state.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { QueryBox } from "#components/layout/query-box.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ListSites } from "#server/docs/inputs.ts";

export const metadata: Metadata = { title: "Docs" };

/** So many places in pages are shown below the list. */
const foundLimit = 30;

export default async function DocsIndex({ searchParams }: PageProps<"/docs">) {
  const search = await searchParams;
  const list = readSearch(ListSites, search);
  const queryClient = getQueryClient();
  const sites = orFirstPage("/docs", search, () => queryClient.fetchQuery(trpc.docs.list.queryOptions(list)));
  if (search.cursor !== undefined) await sites;
  const found = { query: list.query, limit: foundLimit };
  const pages = list.query === "" ? null : queryClient.prefetchQuery(trpc.docs.search.queryOptions(found));
  await settleSoon(sites, ...(pages ? [pages] : []));
  return (
    <Hydrate>
      <PageHeader
        title="Docs"
        summary="What teams have written about their services, rendered from their repositories. Yours come first."
      />
      <ListStateProvider>
        <QueryBox label="Search documentation and its pages" chips={[]} />
        <div className="flex flex-col gap-8 pt-4">
          <QueryBoundary
            failure="The documentation could not be listed"
            fallback={<SkeletonRows rows={8} label="Loading documentation" hasHead />}
          >
            <DocsSites list={list} />
          </QueryBoundary>
          {list.query === "" ? null : (
            <QueryBoundary
              failure="The pages could not be searched"
              fallback={<SkeletonRows rows={4} label="Searching pages" />}
            >
              <DocsFound {...found} />
            </QueryBoundary>
          )}
        </div>
      </ListStateProvider>
    </Hydrate>
  );
}
