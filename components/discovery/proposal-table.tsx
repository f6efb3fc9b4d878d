"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { toPage } from "#components/layout/list-address.ts";
import { useListState } from "#components/layout/list-state.tsx";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { countText } from "#components/ui/number-text.ts";
import { Pager } from "#components/ui/pager.tsx";
import { Table, Th } from "#components/ui/table.tsx";
import { say } from "#components/ui/toast.tsx";
import type { ListProposals } from "#server/discovery/inputs.ts";
import type { ProposalItem } from "#server/discovery/model.ts";
import { ProposalRow } from "./proposal-row.tsx";

const AdoptDialog = lazy(() => import("./adopt-dialog.tsx"));
const DismissDialog = lazy(() => import("./dismiss-dialog.tsx"));

const nothing: Record<ListProposals["state"], { title: string; words: string }> = {
  open: {
    title: "Nothing to decide",
    words: "Every repository that is looked at has a catalog file, was adopted or dismissed.",
  },
  adopted: {
    title: "Nothing adopted",
    words: "What is adopted is kept in the portal until its file arrives.",
  },
  dismissed: { title: "Nothing dismissed", words: "What is dismissed does not come back by itself." },
  filed: {
    title: "No file has arrived yet",
    words: "When the file of something adopted is merged, it shows here.",
  },
};

/** What was found without a file, with what can be done about the chosen ones. */
export function ProposalTable({ list, isFiltered }: { list: ListProposals; isFiltered: boolean }) {
  const trpc = useTRPC();
  const { params, hrefOf } = useListState();
  const { data: page } = useSuspenseQuery(trpc.discovery.proposals.queryOptions(list));
  const [chosen, setChosen] = useState<ReadonlyMap<string, ProposalItem>>(new Map());
  const select = (item: ProposalItem, isOn: boolean) =>
    setChosen((before) => {
      const next = new Map(before);
      if (isOn) next.set(item.id, item);
      else next.delete(item.id);
      return next;
    });
  if (page.items.length === 0)
    return isFiltered ? (
      <EmptyState kind="filtered" title="Nothing fits">
        Take a filter away to see more.
      </EmptyState>
    ) : (
      <EmptyState kind="nothing" title={nothing[list.state].title}>
        {nothing[list.state].words}
      </EmptyState>
    );
  const areAllChosen = page.items.every(({ id }) => chosen.has(id));
  return (
    <>
      <Table label="Found without a file" className="table-fixed">
        <thead>
          <tr>
            <Th className="w-8">
              <Checkbox
                label="Select all on this page"
                checked={areAllChosen}
                onChange={(event) => {
                  for (const item of page.items) select(item, event.target.checked);
                }}
              />
            </Th>
            <Th>Name</Th>
            <Th className="w-36 max-md:hidden">Type</Th>
            <Th className="w-52 max-sm:hidden">Owner</Th>
            <Th className="w-60 max-md:hidden">{list.state === "open" ? "What speaks for it" : "Decided"}</Th>
          </tr>
        </thead>
        <tbody>
          {page.items.map((item) => (
            <ProposalRow key={item.id} item={item} isSelected={chosen.has(item.id)} onSelect={select} />
          ))}
        </tbody>
      </Table>
      {page.nextCursor || params.get("cursor") ? (
        <Pager
          previousHref={params.get("cursor") ? hrefOf(firstPage(params)) : null}
          nextHref={page.nextCursor ? hrefOf(toPage(params, page.nextCursor, 1)) : null}
        >
          {countText(page.items.length, "row")} on this page
        </Pager>
      ) : null}
      <ChosenBar chosen={[...chosen.values()]} decide={page.may.decide} onDone={() => setChosen(new Map())} />
    </>
  );
}

function firstPage(params: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(params);
  next.delete("cursor");
  next.delete("from");
  return next;
}

type BarProps = { chosen: ProposalItem[]; decide: Parameters<typeof useReason>[0]; onDone: () => void };

function ChosenBar({ chosen, decide, onDone }: BarProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState<"adopt" | "dismiss" | null>(null);
  const reason = useReason(decide);
  const changed = () => queryClient.invalidateQueries(trpc.discovery.pathFilter());
  const answered = (words: string) => ({
    onSuccess: () => {
      say(words);
      onDone();
    },
    onError: (error: unknown) => say(errorWords(error).sentence, { tone: "danger" as const }),
    onSettled: changed,
  });
  const reopen = useMutation(trpc.discovery.reopen.mutationOptions(answered("To be decided again")));
  const propose = useMutation(
    trpc.discovery.openPullRequests.mutationOptions(answered("The pull requests are being opened")),
  );
  if (chosen.length === 0) return null;
  const ids = chosen.map(({ id }) => id);
  const are = (state: ProposalItem["state"]) => chosen.every((item) => item.state === state);
  const silent = chosen.find(({ canPropose }) => !canPropose);
  return (
    <div className="pointer-events-none sticky bottom-4 z-10 flex justify-center">
      <div className="pointer-events-auto flex animate-rise flex-wrap items-center gap-2 floating rounded-panel py-1.5 pr-1.5 pl-3 text-table">
        <output className="tabular pr-2 font-medium">{chosen.length} selected</output>
        {are("open") ? (
          <>
            <Button size="small" tone="primary" disabledReason={reason} onClick={() => setOpen("adopt")}>
              Adopt
            </Button>
            <Button size="small" disabledReason={reason} onClick={() => setOpen("dismiss")}>
              Dismiss
            </Button>
          </>
        ) : null}
        {are("dismissed") ? (
          <Button
            size="small"
            disabledReason={reason}
            isBusy={reopen.isPending}
            onClick={() => reopen.mutate({ ids })}
          >
            Take back
          </Button>
        ) : null}
        {are("adopted") ? (
          <Button
            size="small"
            disabledReason={
              reason ??
              (silent
                ? `The connection of ${silent.repository} may not open pull requests: use the new-file page of its row`
                : null)
            }
            isBusy={propose.isPending}
            onClick={() => propose.mutate({ ids })}
          >
            Open pull requests with the file
          </Button>
        ) : null}
        <Button size="small" tone="quiet" onClick={onDone}>
          Clear
        </Button>
      </div>
      <Suspense>
        {open === "adopt" ? (
          <AdoptDialog items={chosen} onClose={() => setOpen(null)} onDone={onDone} />
        ) : null}
        {open === "dismiss" ? (
          <DismissDialog items={chosen} onClose={() => setOpen(null)} onDone={onDone} />
        ) : null}
      </Suspense>
    </div>
  );
}
