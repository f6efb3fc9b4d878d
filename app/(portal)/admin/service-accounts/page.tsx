import type { Metadata } from "next";
import { Suspense } from "react";
import { ServiceAccountTable } from "#components/identity/service-account-table.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { requestContext } from "#server/auth/page-context.ts";
import { hasRole, roles } from "#server/core/actor.ts";

export const metadata: Metadata = { title: "Service accounts" };

export default async function ServiceAccountsPage() {
  void getQueryClient().prefetchQuery(trpc.identity.serviceAccounts.queryOptions());
  const { actor } = await requestContext();
  const offered = roles.filter((role) => hasRole(actor, "admin") || (role !== "admin" && role !== "leader"));
  return (
    <>
      <AdminHeader
        current="/admin/service-accounts"
        summary="Accounts of programs: a role, teams and tokens, and nobody's departure ends them."
      />
      <Hydrate>
        <Suspense fallback={<SkeletonRows rows={4} label="Loading service accounts" hasHead />}>
          <ServiceAccountTable offered={offered} />
        </Suspense>
      </Hydrate>
    </>
  );
}
