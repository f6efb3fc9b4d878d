"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import {
  type BackupReason,
  type BackupState,
  backupReasonWords,
  backupStateWords,
  isBackupOver,
  sizeText,
} from "#server/recovery/model.ts";

/** Backups that there are, that are being written and that failed; looks again while one is under way. */
export function BackupTable() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(
    trpc.recovery.backups.queryOptions(undefined, {
      refetchInterval: ({ state }) =>
        state.data?.items.some((item) => !isBackupOver(item.state)) ? 2_000 : false,
    }),
  );
  if (data.items.length === 0)
    return (
      <EmptyState kind="nothing" title="No backup yet" command="npx milepost backup milepost.tar.gz">
        One is written each night. Order one now, or write one on the portal's machine with:
      </EmptyState>
    );
  return (
    <Table label="Backups" className="mt-2 table-fixed">
      <thead>
        <tr>
          <Th className="w-36">Begun</Th>
          <Th className="w-40 max-md:hidden">Why</Th>
          <Th className="w-36">State</Th>
          <Th className="w-24 max-sm:hidden" isNumber>
            Size
          </Th>
          <Th className="max-sm:hidden pl-8">File</Th>
        </tr>
      </thead>
      <tbody>
        {data.items.map((item) => (
          <BackupRow key={item.id} item={item} />
        ))}
      </tbody>
    </Table>
  );
}

const tones: Record<BackupState, StatusTone> = {
  waiting: "info",
  running: "info",
  done: "success",
  failed: "danger",
  removed: "neutral",
};

type Item = {
  path: string;
  reason: BackupReason;
  state: BackupState;
  startedAt: Date;
  sizeBytes: number | null;
  failure: string | null;
};

function BackupRow({ item }: { item: Item }) {
  return (
    <Tr>
      <Td className="align-top">
        <RelativeTime at={item.startedAt} />
      </Td>
      <Td className="align-top max-md:hidden">{backupReasonWords[item.reason]}</Td>
      <Td className="align-top">
        <Status tone={tones[item.state]}>{backupStateWords[item.state]}</Status>
        {item.failure ? <p className="text-fg-soft text-small sm:hidden">{item.failure}</p> : null}
      </Td>
      <Td className="align-top max-sm:hidden" isNumber>
        {item.sizeBytes === null ? "" : sizeText(item.sizeBytes)}
      </Td>
      <Td className="pl-8 align-top max-sm:hidden">
        {item.failure ? (
          <p className="text-fg-soft">{item.failure}</p>
        ) : (
          <code className="block truncate font-mono text-small" data-tip-clipped="">
            {item.path}
          </code>
        )}
      </Td>
    </Tr>
  );
}
