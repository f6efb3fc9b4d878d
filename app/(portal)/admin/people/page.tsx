import type { Metadata } from "next";
import { Suspense } from "react";
import { readSearch } from "#app/read-search.ts";
import { PeopleFilter } from "#components/identity/people-filter.tsx";
import { PeopleList } from "#components/identity/people-list.tsx";
import { ReviewList } from "#components/identity/review-list.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ListPeople } from "#server/identity/people/inputs.ts";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage({ searchParams }: PageProps<"/admin/people">) {
  const filter = readSearch(ListPeople, await searchParams);
  void getQueryClient().prefetchQuery(trpc.identity.people.queryOptions(filter));
  void getQueryClient().prefetchQuery(trpc.identity.reviews.queryOptions());
  return (
    <>
      <AdminHeader
        current="/admin/people"
        summary="Who signs in, who they are in the catalog, and what they may do. People that nobody matched come first."
      />
      <PeopleFilter filter={filter} />
      <Hydrate>
        <Suspense fallback={<SkeletonRows rows={8} label="Loading people" hasHead />}>
          <PeopleList filter={filter} />
          <ReviewList />
        </Suspense>
      </Hydrate>
    </>
  );
}
