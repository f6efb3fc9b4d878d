import type { Metadata } from "next";
import { readSearch } from "#app/read-search.ts";
import { ImportPage } from "#components/connections/imports/import-page.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { ShownImport } from "#server/delivery/back-fill/inputs.ts";

export const metadata: Metadata = { title: "Import of the past" };

export default async function ImportsPage({ searchParams }: PageProps<"/admin/connections/imports">) {
  const { connection, state, cursor } = readSearch(ShownImport, await searchParams);
  const client = getQueryClient();
  // An address without a connection, or with one that was removed, shows the first: its repositories have to be there too.
  const imports = await client.fetchQuery(trpc.deliveryImports.list.queryOptions()).catch(() => []);
  const shown = imports.find(({ connectionId }) => connectionId === connection) ?? imports[0];
  if (shown)
    void client.prefetchQuery(
      trpc.deliveryImports.repositories.queryOptions({ connectionId: shown.connectionId, state, cursor }),
    );
  return (
    <Hydrate>
      <PageHeader
        title="Import of the past"
        path={[{ label: "Connections", href: "/admin/connections" }]}
        summary="What was deployed before anybody told the portal, read from the hosts: newest first, services in production before all others."
      />
      <QueryBoundary
        failure="The imports could not be loaded"
        fallback={<SkeletonRows rows={10} label="Loading the imports" />}
      >
        <ImportPage connectionId={connection ?? null} state={state} cursor={cursor} />
      </QueryBoundary>
    </Hydrate>
  );
}
