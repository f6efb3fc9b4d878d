import type { Metadata } from "next";
import { Suspense } from "react";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { KeptSearches } from "#components/search/kept-searches.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Searches" };

export default function SearchesPage() {
  void getQueryClient().prefetchQuery(trpc.search.kept.queryOptions());
  return (
    <>
      <AdminHeader
        current="/admin/searches"
        summary="What people look for and do not find, and words that mean the same."
      />
      <Hydrate>
        <Suspense fallback={<SkeletonRows rows={6} label="Loading searches" hasHead />}>
          <KeptSearches />
        </Suspense>
      </Hydrate>
    </>
  );
}
