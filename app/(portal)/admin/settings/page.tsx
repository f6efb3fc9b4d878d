import type { Metadata } from "next";
import { Suspense } from "react";
import { NoAccess } from "#components/identity/no-access.tsx";
import { PortalSettings } from "#components/installation/portal-settings.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { pageRefusal } from "#server/auth/page-access.ts";
import { requestContext } from "#server/auth/page-context.ts";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  const { actor } = await requestContext();
  const refused = pageRefusal("/admin/settings", actor);
  if (refused) return <NoAccess room="Settings" refusal={refused} />;
  void getQueryClient().prefetchQuery(trpc.installation.settings.queryOptions());
  return (
    <>
      <AdminHeader
        current="/admin/settings"
        summary="How this portal runs. Most of it is set where the portal is started, and is only shown here."
      />
      <Hydrate>
        <Suspense fallback={<SkeletonRows rows={6} label="Loading the settings" />}>
          <PortalSettings />
        </Suspense>
      </Hydrate>
    </>
  );
}
