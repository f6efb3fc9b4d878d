"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Pager } from "#components/ui/pager.tsx";
import { utcDay } from "#components/ui/relative-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Refusal } from "#server/core/refusal.ts";
import {
  type ImportedRepository,
  type ImportedState,
  importedStateWords,
  rankWords,
} from "#server/delivery/back-fill/model.ts";
import { importHref } from "./import-address.ts";

type Props = {
  connectionId: string;
  state: ImportedState | undefined;
  cursor: string | undefined;
  isMoving: boolean;
  /** How many stand in each state: where that changes, the list has. */
  counts: Readonly<Record<string, number>>;
  refusal: Refusal | null;
};

const tones: Record<ImportedState, StatusTone> = {
  running: "info",
  waiting: "neutral",
  failed: "danger",
  gone: "warning",
  done: "success",
};

/** A page of the plan in its order: what is being read, waits, has failed or is complete. */
export function RepositoryTable({ connectionId, state, cursor, isMoving, counts, refusal }: Props) {
  const trpc = useTRPC();
  const { data, refetch } = useSuspenseQuery(
    trpc.deliveryImports.repositories.queryOptions(
      { connectionId, state, cursor },
      { refetchInterval: isMoving ? 3_000 : 30_000 },
    ),
  );
  const counted = JSON.stringify(counts);
  // The list came with the page and may be older than the counts, which are asked for again and again.
  useEffect(() => {
    if (counted) void refetch();
  }, [counted, refetch]);
  if (data.items.length === 0)
    return (
      <EmptyState
        kind={state ? "filtered" : "nothing"}
        isCompact
        title={state ? `No repository here: ${importedStateWords[state].toLowerCase()}` : "No repository yet"}
      />
    );
  return (
    <>
      <Table label="Repositories of the import">
        <thead>
          <tr>
            <Th>Repository</Th>
            <Th>State</Th>
            <Th className="max-md:hidden">Complete from</Th>
            <Th isNumber className="max-sm:hidden">
              Requests
            </Th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((item) => (
            <RepositoryRow key={item.id} item={item} connectionId={connectionId} refusal={refusal} />
          ))}
        </tbody>
      </Table>
      {cursor || data.nextCursor ? (
        <Pager
          previousHref={cursor ? importHref(connectionId, { state }) : null}
          nextHref={data.nextCursor ? importHref(connectionId, { state, cursor: data.nextCursor }) : null}
        >
          In the order in which they are read
        </Pager>
      ) : null}
    </>
  );
}

type RowProps = { item: ImportedRepository; connectionId: string; refusal: Refusal | null };

function RepositoryRow({ item, connectionId, refusal }: RowProps) {
  const { failure, nextTryAt } = item;
  return (
    <Tr>
      <Td className="max-w-0 py-2 align-top max-sm:w-1/2 sm:w-2/5">
        <a href={item.url} className="block truncate font-medium hover:underline" title={item.fullName}>
          {item.fullName}
        </a>
        <span className="text-muted text-small">{rankWords[item.rank]}</span>
      </Td>
      <Td className="py-2 align-top">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Status tone={tones[item.state]}>{importedStateWords[item.state]}</Status>
          {failure && item.state !== "running" ? (
            <RetryButton item={item} connectionId={connectionId} refusal={refusal} />
          ) : null}
        </span>
        {failure ? (
          <span className="block max-w-[60ch] pt-1 text-fg-soft text-small">
            {asSentence(failure)}
            {nextTryAt ? (
              <span className="text-muted">
                {" "}
                Tried again <RelativeTime at={nextTryAt} />.
              </span>
            ) : null}
          </span>
        ) : null}
      </Td>
      <Td className="py-2 align-top max-md:hidden">
        {item.completeFrom ? (
          <time dateTime={item.completeFrom.toISOString()}>{utcDay(item.completeFrom)}</time>
        ) : (
          <span className="text-muted">Nothing yet</span>
        )}
        {item.state === "done" ? null : (
          <span className="block whitespace-nowrap text-muted text-small">
            goes back to {utcDay(item.reach)}
          </span>
        )}
      </Td>
      <Td isNumber className="py-2 align-top text-muted max-sm:hidden">
        {numberText(item.requests)}
      </Td>
    </Tr>
  );
}

function RetryButton({ item, connectionId, refusal }: RowProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const reason = useReason(refusal);
  const retry = useMutation(
    trpc.deliveryImports.retry.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.deliveryImports.pathFilter()),
      onError: (error: unknown) => say(errorWords(error).sentence, { tone: "danger" }),
    }),
  );
  return (
    <Button
      size="small"
      aria-label={`Try ${item.fullName} again`}
      disabledReason={reason}
      isBusy={retry.isPending}
      onClick={() => retry.mutate({ connectionId, repositoryId: item.id })}
    >
      Try again
    </Button>
  );
}
