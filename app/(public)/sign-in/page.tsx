import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import { DemoPeople } from "#components/identity/demo-people.tsx";
import { SignedOutNotice, SignInFailureNotice } from "#components/identity/sign-in-notice.tsx";
import { SignInWays } from "#components/identity/sign-in-ways.tsx";
import { Mark } from "#components/layout/mark.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { localPath } from "#server/auth/local-path.ts";
import { requestContext } from "#server/auth/page-context.ts";
import { isSignInFailure } from "#server/identity/providers/model.ts";
import { type OfferedProvider, readOfferedProviders } from "#server/identity/providers/read.ts";
import { readDemoPeople } from "#server/identity/read.ts";
import { readInstallation } from "#server/installation/read.ts";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const ctx = await requestContext();
  const asked = await searchParams;
  const next = localPath(asked.next);
  const failure = isSignInFailure(asked.failure) ? asked.failure : null;
  if (ctx.actor.kind === "user" && !failure) redirect(next);
  const { mode, demoState } = await readInstallation(ctx);
  const isEvaluation = mode === "evaluation";
  const people = isEvaluation ? await readDemoPeople(ctx) : [];
  const ways = isEvaluation ? [] : await readOfferedProviders(ctx);
  return (
    <Frame title={people.length > 0 ? "Look around as one of these people" : "Sign in"}>
      {failure ? (
        <SignInFailureNotice failure={failure} provider={nameOf(ways, asked.provider) ?? "The provider"} />
      ) : null}
      {asked["signed-out"] === undefined || failure ? null : (
        <SignedOutNotice provider={ways.find(({ slug }) => slug === asked["signed-out"]) ?? null} />
      )}
      {people.length > 0 ? (
        <>
          <p className="mb-4 text-fg-soft text-table">
            This is an evaluation on this machine. Each person sees what their role and their teams may see;
            no password is needed.
          </p>
          <DemoPeople people={people} next={next} />
        </>
      ) : ways.length > 0 ? (
        <SignInWays ways={ways} next={next} />
      ) : (
        <NobodyYet isEvaluation={isEvaluation} isLoading={demoState === "loading"} />
      )}
    </Frame>
  );
}

const nameOf = (ways: readonly OfferedProvider[], slug: unknown) =>
  ways.find((way) => way.slug === slug)?.name;

function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-115 flex-col justify-center px-4 py-12">
      <div className="flex items-center gap-2.5 pb-6">
        <Mark size={24} />
        <span className="font-semibold text-section">Milepost</span>
      </div>
      <h1 className="pb-3 font-semibold text-title">{title}</h1>
      {children}
    </main>
  );
}

function NobodyYet({ isEvaluation, isLoading }: { isEvaluation: boolean; isLoading: boolean }) {
  if (isEvaluation && isLoading) {
    return (
      <EmptyState kind="nothing" isCompact title="The demo organisation is being loaded">
        Its people appear here in a few seconds. This page looks again by itself.
        <meta httpEquiv="refresh" content="2" />
      </EmptyState>
    );
  }
  if (isEvaluation)
    return (
      <EmptyState kind="notConnected" isCompact title="Nobody can sign in yet">
        This evaluation has no people. Start it on an empty data folder to get them.
      </EmptyState>
    );
  return (
    <EmptyState
      kind="notConnected"
      isCompact
      title="No way to sign in is set up yet"
      action={<ButtonLink href="/setup">Open the setup</ButtonLink>}
    >
      The setup at /setup connects an identity provider. If it is done and all providers are switched off, a
      link made on the portal's machine lets an admin in: npx milepost admin sign-in-link --user REF
    </EmptyState>
  );
}
