import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { CheckReport } from "#components/catalog/check-report.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Check" };

export default async function CheckPage({ params }: PageProps<"/catalog/checks/[id]">) {
  const { id } = await params;
  try {
    await getQueryClient().fetchQuery(trpc.checks.get.queryOptions({ id }));
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "NOT_FOUND" || code === "BAD_REQUEST") notFound();
  }
  return (
    <Hydrate>
      <QueryBoundary
        failure="The check could not be loaded"
        fallback={<SkeletonRows rows={6} label="Loading the check" />}
      >
        <CheckReport id={id} />
      </QueryBoundary>
    </Hydrate>
  );
}
