import type { Metadata } from "next";
import { Suspense } from "react";
import { CardTable } from "#components/cards/card-table.tsx";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Cards" };

export default function CardsPage() {
  void getQueryClient().prefetchQuery(trpc.cards.settings.queryOptions());
  return (
    <>
      <AdminHeader
        current="/admin/cards"
        summary="Links and values on the pages of entries, made from their annotations."
      />
      <Hydrate>
        <Suspense fallback={<SkeletonRows rows={6} label="Loading cards" hasHead />}>
          <CardTable />
        </Suspense>
      </Hydrate>
    </>
  );
}
