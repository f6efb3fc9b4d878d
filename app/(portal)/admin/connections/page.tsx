import type { Metadata } from "next";
import { Suspense } from "react";
import { readSearch } from "#app/read-search.ts";
import { ConnectionPage } from "#components/connections/connection-page.tsx";
import { ImportSection } from "#components/connections/imports/import-section.tsx";
import { CommentSettings } from "#components/delivery/where/comment-settings.tsx";
import { DiscoveryList } from "#components/discovery/discovery-list.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ShownConnections } from "#server/connections/inputs.ts";

export const metadata: Metadata = { title: "Connections" };

export default async function ConnectionsPage({ searchParams }: PageProps<"/admin/connections">) {
  void getQueryClient().prefetchQuery(trpc.connections.list.queryOptions());
  void getQueryClient().prefetchQuery(trpc.discovery.list.queryOptions());
  void getQueryClient().prefetchQuery(trpc.deliveryImports.list.queryOptions());
  void getQueryClient().prefetchQuery(trpc.delivery.commentSettings.queryOptions());
  const { made, problem } = readSearch(ShownConnections, await searchParams);
  return (
    <>
      <AdminHeader
        current="/admin/connections"
        summary="The hosts of your repositories: what the portal reads there, how it gets in, and how that goes."
      />
      <Hydrate>
        <Suspense fallback={<SkeletonRows rows={3} label="Loading the connections" hasHead />}>
          <ConnectionPage made={made ?? null} problem={problem ?? null} />
        </Suspense>
        <QueryBoundary failure="What was found could not be loaded" fallback={null}>
          <DiscoveryList />
        </QueryBoundary>
        <QueryBoundary failure="How the import of the past goes could not be loaded" fallback={null}>
          <ImportSection />
        </QueryBoundary>
        <QueryBoundary failure="The comments on pull requests could not be loaded" fallback={null}>
          <CommentSettings />
        </QueryBoundary>
      </Hydrate>
    </>
  );
}
