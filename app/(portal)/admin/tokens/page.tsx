import type { Metadata } from "next";
import { Suspense } from "react";
import { NewTokenButton } from "#components/identity/new-token-button.tsx";
import { TokenTable } from "#components/identity/token-table.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { requestContext } from "#server/auth/page-context.ts";
import { hasRole, roles } from "#server/core/actor.ts";

export const metadata: Metadata = { title: "API tokens" };

export default async function TokensPage() {
  void getQueryClient().prefetchQuery(trpc.identity.tokens.queryOptions());
  const { actor } = await requestContext();
  const mine = roles.filter((role) => hasRole(actor, role) || role === "developer");
  return (
    <>
      <AdminHeader
        current="/admin/tokens"
        summary="Keys for scripts. Each has a role, scopes and an end; the key itself is shown once."
        action={<NewTokenButton roles={mine} />}
      />
      <Hydrate>
        <Suspense fallback={<SkeletonRows rows={4} label="Loading API tokens" hasHead />}>
          <TokenTable />
        </Suspense>
      </Hydrate>
    </>
  );
}
