import type { Metadata } from "next";
import { Suspense } from "react";
import { PeopleTable } from "#components/identity/people-table.tsx";
import { ReviewList } from "#components/identity/review-list.tsx";
import { ServiceAccountTable } from "#components/identity/service-account-table.tsx";
import { TeamList } from "#components/identity/team-list.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Section } from "#components/ui/section.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ListPeople } from "#server/identity/people/inputs.ts";

export const metadata: Metadata = { title: "Your teams" };

export default function TeamsPage() {
  const filter = ListPeople.parse({ filter: "unmatched", limit: 100 });
  const queryClient = getQueryClient();
  void queryClient.prefetchQuery(trpc.identity.people.queryOptions(filter));
  void queryClient.prefetchQuery(trpc.identity.teams.queryOptions());
  void queryClient.prefetchQuery(trpc.identity.reviews.queryOptions());
  void queryClient.prefetchQuery(trpc.identity.serviceAccounts.queryOptions());
  return (
    <>
      <PageHeader
        title="Your teams"
        summary="What you look after for the teams that you maintain in the portal."
      />
      <Hydrate>
        <Suspense fallback={<SkeletonRows rows={10} label="Loading your teams" hasHead />}>
          <ReviewList />
          <TeamList />
          <ServiceAccountTable offered={["guest", "developer"]} />
          <Section title="Accounts that nobody matched" className="pt-6">
            <PeopleTable filter={filter} returnTo="/teams" />
          </Section>
        </Suspense>
      </Hydrate>
    </>
  );
}
