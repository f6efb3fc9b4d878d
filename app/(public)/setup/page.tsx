import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Mark } from "#components/layout/mark.tsx";
import { SetupWizard } from "#components/setup/setup-wizard.tsx";
import { TokenForm } from "#components/setup/token-form.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { ApiProvider } from "#components/trpc/provider.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { requestContext } from "#server/auth/page-context.ts";
import { isSetupSession } from "#server/auth/setup-session.ts";
import { failureWords, isSignInFailure } from "#server/identity/providers/model.ts";
import { readState } from "#server/installation/read.ts";

export const metadata: Metadata = { title: "Set up" };

/** Answers until the setup is finished. Without the setup token it says what this is, and how to get on. */
export default async function SetupPage({ searchParams }: PageProps<"/setup">) {
  const ctx = await requestContext();
  const { isSetupFinished } = await readState(ctx);
  if (isSetupFinished) redirect("/");
  const isOpen = await isSetupSession(ctx.db, ctx.setupSession ?? null, ctx.now());
  const { failure } = await searchParams;
  if (isOpen) {
    const queryClient = getQueryClient();
    await Promise.all([
      queryClient.prefetchQuery(trpc.setup.state.queryOptions()),
      queryClient.prefetchQuery(trpc.setup.providers.queryOptions()),
    ]);
  }
  return (
    <main
      className={`mx-auto flex min-h-dvh w-full flex-col px-4 py-12 ${isOpen ? "max-w-240" : "max-w-115"}`}
    >
      <div className="flex items-center gap-2.5 pb-6">
        <Mark size={24} />
        <span className="font-semibold text-section">Milepost</span>
      </div>
      <h1 className="font-semibold text-title">
        {isOpen ? "Set up this portal" : "This portal is not set up yet"}
      </h1>
      {isOpen ? (
        <ApiProvider>
          <Hydrate>
            <SetupWizard failure={isSignInFailure(failure) ? failureWords(failure, "The provider") : null} />
          </Hydrate>
        </ApiProvider>
      ) : (
        <TokenForm />
      )}
    </main>
  );
}
