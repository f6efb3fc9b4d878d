import type { Metadata } from "next";
import { AdminHeader } from "#components/layout/admin-header.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { BackupButton } from "#components/recovery/backup-button.tsx";
import { BackupTable } from "#components/recovery/backup-table.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export const metadata: Metadata = { title: "Backups" };

export default function BackupsPage() {
  void getQueryClient().prefetchQuery(trpc.recovery.backups.queryOptions());
  return (
    <Hydrate>
      <AdminHeader
        current="/admin/backups"
        summary="Everything in one file, each night. The secret key is not in it: keep a copy of that elsewhere."
        action={<BackupButton />}
      />
      <QueryBoundary
        failure="The backups could not be loaded"
        fallback={<SkeletonRows rows={6} label="Loading the backups" hasHead />}
      >
        <BackupTable />
      </QueryBoundary>
    </Hydrate>
  );
}
