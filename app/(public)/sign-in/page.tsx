import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { DemoPeople } from "#components/identity/demo-people.tsx";
import { Mark } from "#components/layout/mark.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { requestContext } from "#server/auth/page-context.ts";
import { readDemoPeople } from "#server/identity/read.ts";
import { readInstallation } from "#server/installation/read.ts";
import { localPath } from "./local-path.ts";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const ctx = await requestContext();
  const next = localPath((await searchParams).next);
  if (ctx.actor.kind === "user") redirect(next);
  const { mode, demoState } = await readInstallation(ctx);
  const people = mode === "evaluation" ? await readDemoPeople(ctx) : [];
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-115 flex-col justify-center px-4 py-12">
      <div className="flex items-center gap-2.5 pb-6">
        <Mark size={24} />
        <span className="font-semibold text-section">Milepost</span>
      </div>
      <h1 className="font-semibold text-title">
        {people.length > 0 ? "Look around as one of these people" : "Sign in"}
      </h1>
      {people.length > 0 ? (
        <>
          <p className="mt-1 mb-4 text-fg-soft text-table">
            This is an evaluation on this machine. Each person sees what their role and their teams may see;
            no password is needed.
          </p>
          <DemoPeople people={people} next={next} />
        </>
      ) : (
        <div className="pt-2">
          <NobodyYet isEvaluation={mode === "evaluation"} isLoading={demoState === "loading"} />
        </div>
      )}
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
  return (
    <EmptyState kind="notConnected" isCompact title="Nobody can sign in yet">
      {isEvaluation
        ? "This evaluation has no people. Start it on an empty data folder to get them."
        : "No sign-in provider is connected to this portal."}
    </EmptyState>
  );
}
