import type { Metadata } from "next";
import { AccountSettings } from "#components/identity/account-settings.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Notice } from "#components/ui/notice.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { localPath } from "#server/auth/local-path.ts";
import { requestContext } from "#server/auth/page-context.ts";
import { failureWords, isSignInFailure } from "#server/identity/providers/model.ts";
import { readOfferedProviders } from "#server/identity/providers/read.ts";

export const metadata: Metadata = { title: "Your account" };

export default async function AccountPage({ searchParams }: PageProps<"/account">) {
  const queryClient = getQueryClient();
  const [asked] = await Promise.all([
    searchParams,
    queryClient.prefetchQuery(trpc.identity.me.queryOptions()),
    queryClient.prefetchQuery(trpc.identity.accounts.queryOptions()),
    queryClient.prefetchQuery(trpc.identity.sessions.queryOptions()),
  ]);
  const failure = isSignInFailure(asked.failure) ? asked.failure : null;
  const next = localPath(asked.next);
  return (
    <Hydrate>
      <div className="max-w-[720px]">
        <PageHeader
          title="Your account"
          summary="How the portal behaves for you. Name, role and teams come from the catalog and your admin."
        />
        {failure ? (
          <div role="alert" className="pb-4">
            <Notice tone="danger" title="Nothing was changed">
              {failureWords(failure, await nameOf(asked.provider))}
            </Notice>
          </div>
        ) : null}
        {asked.notice === "groups" ? (
          <div role="status" className="pb-4">
            <Notice
              tone="warning"
              title="Your groups could not be read at this sign-in"
              action={next === "/" ? null : <TextLink href={next}>Go on</TextLink>}
            >
              You are signed in, and what your groups gave you before stays as it was. An admin finds the
              reason in the audit log.
            </Notice>
          </div>
        ) : null}
        <AccountSettings />
      </div>
    </Hydrate>
  );
}

async function nameOf(slug: unknown): Promise<string> {
  const providers = await readOfferedProviders(await requestContext());
  return providers.find((provider) => provider.slug === slug)?.name ?? "The provider";
}
