import type { Metadata } from "next";
import { CheckList } from "#components/catalog/check-list.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Checks" };

export default async function ChecksPage() {
  await settleSoon(getQueryClient().prefetchQuery(trpc.checks.list.queryOptions()));
  return (
    <Hydrate>
      <PageHeader
        path={[
          { label: "Catalog", href: "/catalog" },
          { label: "Sources", href: "/catalog/sources" },
        ]}
        title="Checks"
        summary="What branches and pull requests would do to the catalog: the newest hundred."
      />
      <QueryBoundary
        failure="The checks could not be loaded"
        fallback={<SkeletonRows rows={6} label="Loading checks" hasHead />}
      >
        <CheckList />
      </QueryBoundary>
    </Hydrate>
  );
}
