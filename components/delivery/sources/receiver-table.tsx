"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { ChangeButton } from "#components/ui/change-button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { receiverWords } from "#server/delivery/sources/model.ts";
import type { ReceiverRow } from "#server/delivery/sources/receivers.ts";

const ReceiverDialog = lazy(() => import("./receiver-dialog.tsx"));

/** Pagers and alert managers whose webhooks become incidents. */
export function ReceiverTable() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.deliverySources.receivers.queryOptions());
  const [shown, setShown] = useState<ReceiverRow | "new" | null>(null);
  const reason = useReason(data.may.change);
  return (
    <Section
      title="Pagers and alerts"
      action={
        <Button tone="primary" disabledReason={reason} onClick={() => setShown("new")}>
          Add a receiver
        </Button>
      }
    >
      {data.items.length === 0 ? (
        <EmptyState kind="notConnected" title="No pager sends incidents yet" isCompact>
          PagerDuty, Opsgenie, Jira Service Management and Alertmanager each get an address and a secret of
          their own.
        </EmptyState>
      ) : (
        <Table label="Pagers and alerts">
          <thead>
            <tr>
              <Th>Name</Th>
              <Th className="max-md:hidden">Kind</Th>
              <Th>Last webhook</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((row) => (
              <Tr key={row.id}>
                <Td className="font-medium">{row.name}</Td>
                <Td className="max-md:hidden">{receiverWords[row.kind]}</Td>
                <Td>
                  <Health row={row} />
                </Td>
                <Td className="text-right">
                  <ChangeButton name={row.name} disabledReason={reason} onChange={() => setShown(row)} />
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
      {shown ? (
        <Suspense>
          <ReceiverDialog row={shown === "new" ? null : shown} onClose={() => setShown(null)} />
        </Suspense>
      ) : null}
    </Section>
  );
}

function Health({ row: { isOn, failure, failedAt, lastReceivedAt } }: { row: ReceiverRow }) {
  if (!isOn) return <Status tone="neutral">Switched off</Status>;
  if (failure && failedAt)
    return (
      <span className="block py-1">
        <Status tone="danger">The last one could not be read</Status>
        <span className="block break-words pl-5 text-muted text-small">{failure}</span>
      </span>
    );
  if (!lastReceivedAt) return <Status tone="warning">None yet</Status>;
  return (
    <Status tone="success">
      <RelativeTime at={lastReceivedAt} />
    </Status>
  );
}
