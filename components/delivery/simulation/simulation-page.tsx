"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { dayText } from "#components/ui/day-text.ts";
import { Notice } from "#components/ui/notice.tsx";
import { countText, numberText } from "#components/ui/number-text.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { isOpen, simulationStateWords } from "#server/delivery/simulation/model.ts";
import type { SimulationDetail } from "#server/delivery/simulation/read-simulations.ts";
import { EndSimulation } from "./end-simulation.tsx";
import { SimulatedServices } from "./simulated-services.tsx";
import { draftLines, stateTones, summaryText } from "./simulation-words.ts";

type Props = { id: string; onlyChanged: boolean; cursor?: string | undefined };

/** Other rules beside the standing ones: how far it is, what would change, for whom, and whether to save it. */
export function SimulationPage({ id, onlyChanged, cursor }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useSuspenseQuery(
    trpc.deliverySimulations.one.queryOptions(
      { id },
      { refetchInterval: ({ state }) => (state.data && isOpen(state.data.state) ? 1_000 : false) },
    ),
  );
  const isOver = !isOpen(data.state);
  useEffect(() => {
    if (isOver) void queryClient.invalidateQueries(trpc.deliverySimulations.services.pathFilter());
  }, [isOver, queryClient, trpc]);
  return (
    <>
      <title>{`${simulationStateWords[data.state]}: rules for all services · Milepost`}</title>
      <PageHeader
        path={[
          { label: "Admin", href: "/admin" },
          { label: "Delivery", href: "/admin/delivery" },
        ]}
        title="Old and new rules"
        badges={<Status tone={stateTones[data.state]}>{simulationStateWords[data.state]}</Status>}
        summary={
          <>
            Tried on every service by {data.createdByName}, <RelativeTime at={data.createdAt} />. Figures of
            the 90 days from {dayText(data.from)} on.
          </>
        }
      />
      <div className="flex flex-col gap-8 border-line border-t pt-5">
        <Draft simulation={data} />
        {isOver ? <Outcome simulation={data} /> : <Progress simulation={data} />}
        {data.summary.worked > 0 ? (
          <SimulatedServices id={id} onlyChanged={onlyChanged} cursor={cursor} isOver={isOver} />
        ) : null}
        {isOver ? <EndSimulation simulation={data} /> : null}
      </div>
    </>
  );
}

function Draft({ simulation: { draft, standing } }: { simulation: SimulationDetail }) {
  return (
    <Table label="Rules that change" className="max-w-[960px]">
      <thead>
        <tr>
          <Th>Rule</Th>
          <Th>Now</Th>
          <Th>Then</Th>
        </tr>
      </thead>
      <tbody>
        {draftLines(draft, standing).map(({ term, now, after }) => (
          <tr key={term}>
            <Td className="py-1">{term}</Td>
            <Td className="break-words py-1 text-fg-soft">{now}</Td>
            <Td className="break-words py-1 font-medium">{after}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Progress({ simulation: { id, state, services, summary } }: { simulation: SimulationDetail }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const cancel = useMutation(
    trpc.deliverySimulations.cancel.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.deliverySimulations.one.queryFilter({ id })),
    }),
  );
  return (
    <div className="flex flex-col items-start gap-3">
      <p className="text-table">
        {state === "waiting"
          ? "It waits for the worker. You can leave this page: it goes on without it."
          : `${numberText(summary.worked)} of ${countText(services, "service")} worked out. You can leave this page: it goes on without it.`}
      </p>
      <ProgressBar
        className="w-64"
        max={Math.max(services, 1)}
        value={summary.worked}
        aria-label="Services worked out so far"
      />
      {cancel.error ? (
        <p role="alert" className="text-danger text-small">
          {asSentence(errorWords(cancel.error).sentence)}
        </p>
      ) : null}
      <Button isBusy={cancel.isPending} onClick={() => cancel.mutate({ id })}>
        Cancel
      </Button>
    </div>
  );
}

function Outcome({ simulation: { state, summary, services, movedOn } }: { simulation: SimulationDetail }) {
  return (
    <div className="flex flex-col gap-3">
      {state === "cancelled" ? (
        <Notice
          tone="warning"
          title={`Cancelled: ${numberText(summary.worked)} of ${countText(services, "service")} worked out`}
        >
          The others were not looked at, so these rules cannot be saved from here.
        </Notice>
      ) : null}
      {state === "saved" ? (
        <Notice tone="success" title="These rules are saved">
          The services that they touch are worked out anew; their pages follow within minutes.
        </Notice>
      ) : null}
      <p role="status" className="font-medium text-body">
        {summaryText(summary)}
      </p>
      {summary.failed > 0 ? (
        <Notice tone="danger" title={`${countText(summary.failed, "service")} could not be worked out`}>
          They stand in the table with the reason; of them it is not known what would change.
        </Notice>
      ) : null}
      {movedOn > 0 ? (
        <Notice tone="info" title={`${countText(movedOn, "service")} had news since`}>
          Their figures have moved on, by the old rules and by the new ones.
        </Notice>
      ) : null}
    </div>
  );
}
