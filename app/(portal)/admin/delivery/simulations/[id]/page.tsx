import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Suspense } from "react";
import { z } from "zod";
import { readSearch } from "#app/read-search.ts";
import { SimulationPage } from "#components/delivery/simulation/simulation-page.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { SimulationId } from "#server/delivery/simulation/inputs.ts";

export const metadata: Metadata = { title: "Old and new rules" };

const Shown = z.object({
  changed: z.literal("1").optional().catch(undefined),
  cursor: z.string().max(1000).optional().catch(undefined),
});

export default async function Page({ params, searchParams }: PageProps<"/admin/delivery/simulations/[id]">) {
  const asked = SimulationId.safeParse(await params);
  if (!asked.success) notFound();
  const { changed, cursor } = readSearch(Shown, await searchParams);
  void getQueryClient().prefetchQuery(trpc.deliverySimulations.one.queryOptions(asked.data));
  return (
    <Hydrate>
      <Suspense fallback={<SkeletonRows rows={8} label="Loading what was tried" />}>
        <SimulationPage id={asked.data.id} onlyChanged={changed === "1"} cursor={cursor} />
      </Suspense>
    </Hydrate>
  );
}
