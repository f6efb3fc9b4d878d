import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import { Tour } from "#components/home/tour.tsx";
import { Shell } from "#components/layout/shell.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { ApiProvider } from "#components/trpc/provider.tsx";
import { getQueryClient, signInAddress, trpc } from "#components/trpc/server.ts";
import { version } from "#server/cli/version.ts";

/** The frame behind sign-in. It sends away who is not signed in as a courtesy; what guards the data are the procedures. */
export default async function PortalLayout({ children }: { children: ReactNode }) {
  const queryClient = getQueryClient();
  // The frame does not suspend: what it shows has to be there when the server draws it, or the browser draws it anew.
  const [me, installation, jar] = await Promise.all([
    queryClient.fetchQuery(trpc.identity.me.queryOptions()).catch(() => null),
    queryClient.fetchQuery(trpc.installation.current.queryOptions()),
    cookies(),
    queryClient.prefetchQuery(trpc.notifications.inbox.queryOptions()),
    queryClient.prefetchQuery(trpc.demo.state.queryOptions()),
  ]);
  if (!me) redirect(await signInAddress());
  const isEvaluation = installation.mode === "evaluation";
  const viewer = {
    name: me.name,
    role: me.role,
    hasShortcuts: me.hasShortcuts,
    isMaintainer: me.maintains.length > 0,
  };
  return (
    <ApiProvider>
      <Hydrate>
        <Shell
          viewer={viewer}
          version={version()}
          isEvaluation={isEvaluation}
          timeZone={installation.timeZone}
          preferences={{
            rail: jar.get("milepost_rail")?.value === "narrow" ? "narrow" : "full",
            density: jar.get("milepost_density")?.value === "compact" ? "compact" : "normal",
          }}
        >
          {children}
        </Shell>
        <Tour isOffered={!me.hasSeenTour} hasDemo={installation.demoState === "loaded"} />
      </Hydrate>
    </ApiProvider>
  );
}
