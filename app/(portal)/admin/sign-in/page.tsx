import type { Metadata } from "next";
import { Suspense } from "react";
import { NoAccess } from "#components/identity/no-access.tsx";
import { ProviderPage } from "#components/identity/provider-page.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { pageRefusal } from "#server/auth/page-access.ts";
import { requestContext } from "#server/auth/page-context.ts";

export const metadata: Metadata = { title: "Sign-in" };

export default async function SignInSettingsPage() {
  const { actor } = await requestContext();
  const refused = pageRefusal("/admin/sign-in", actor);
  if (refused) return <NoAccess room="Sign-in" refusal={refused} />;
  void getQueryClient().prefetchQuery(trpc.identity.signInSettings.queryOptions());
  return (
    <>
      <AdminHeader
        current="/admin/sign-in"
        summary="The identity providers that people sign in with. The portal has no passwords of its own."
      />
      <Hydrate>
        <Suspense fallback={<SkeletonRows rows={3} label="Loading the sign-in providers" hasHead />}>
          <ProviderPage />
        </Suspense>
      </Hydrate>
    </>
  );
}
