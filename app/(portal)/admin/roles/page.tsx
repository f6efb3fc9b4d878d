import type { Metadata } from "next";
import { Suspense } from "react";
import { ReadingRules } from "#components/catalog/reading-rules.tsx";
import { RoleMappings } from "#components/identity/role-mappings.tsx";
import { TeamList } from "#components/identity/team-list.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Roles" };

export default function RolesPage() {
  void getQueryClient().prefetchQuery(trpc.identity.groupRoles.queryOptions());
  void getQueryClient().prefetchQuery(trpc.identity.teams.queryOptions());
  void getQueryClient().prefetchQuery(trpc.catalog.readingRules.queryOptions());
  return (
    <>
      <AdminHeader
        current="/admin/roles"
        summary="Which group gives which role, and who looks after which team."
      />
      <Hydrate>
        <Suspense fallback={<SkeletonRows rows={6} label="Loading roles" hasHead />}>
          <RoleMappings />
          <TeamList />
          <ReadingRules />
        </Suspense>
      </Hydrate>
    </>
  );
}
