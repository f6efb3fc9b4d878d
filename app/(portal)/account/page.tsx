import type { Metadata } from "next";
import { AccountSettings } from "#components/identity/account-settings.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";

export const metadata: Metadata = { title: "Your account" };

export default async function AccountPage() {
  await getQueryClient().prefetchQuery(trpc.identity.me.queryOptions());
  return (
    <Hydrate>
      <div className="max-w-[720px]">
        <PageHeader
          title="Your account"
          summary="How the portal behaves for you. Name, role and teams come from the catalog and your admin."
        />
        <AccountSettings />
      </div>
    </Hydrate>
  );
}
