import type { Metadata } from "next";
import { ExternalFiles } from "#components/delivery/external/external-files.tsx";
import { ImportFile } from "#components/delivery/external/import-file.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Compare with another tool" };

export default async function ExternalPage() {
  await settleSoon(getQueryClient().prefetchQuery(trpc.deliveryExternal.files.queryOptions()));
  return (
    <>
      <PageHeader
        title="Compare with another tool"
        path={[{ label: "Insights", href: "/insights" }]}
        summary="Lay another tool's deployments or weekly figures beside those here, row by row, with the rule that explains each difference. Nothing of it enters a figure."
      />
      <Hydrate>
        <div className="flex flex-col gap-8">
          <QueryBoundary
            failure="The form could not be loaded"
            fallback={<SkeletonRows rows={4} label="Loading the form" />}
          >
            <ImportFile />
          </QueryBoundary>
          <QueryBoundary
            failure="The files could not be loaded"
            fallback={<SkeletonRows rows={4} label="Loading files" hasHead />}
          >
            <ExternalFiles />
          </QueryBoundary>
        </div>
      </Hydrate>
    </>
  );
}
