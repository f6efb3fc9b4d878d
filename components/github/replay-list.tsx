"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { type DeliveryState, deliveryStateWords } from "#server/github/model.ts";

/** The latest replays of many, followed while one is under way; nothing at all where there was none. */
export function ReplayList() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(
    trpc.github.replays.queryOptions(undefined, {
      refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? 1_000 : false),
    }),
  );
  // The log below is the server's: it is shown anew when the replay has come to its end.
  const router = useRouter();
  const isBusy = data.some(isUnderWay);
  const wasBusy = useRef(isBusy);
  useEffect(() => {
    if (wasBusy.current && !isBusy) router.refresh();
    wasBusy.current = isBusy;
  }, [isBusy, router]);
  if (data.length === 0) return null;
  return (
    <ul aria-label="Replays of many" className="pt-3 text-table">
      {data.slice(0, 3).map((replay) => (
        <li key={replay.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1">
          <Status tone={isUnderWay(replay) ? "info" : "success"}>
            {isUnderWay(replay) ? "Being replayed" : "Replayed"}: {numberText(replay.replayed)} of{" "}
            {numberText(replay.total)}
          </Status>
          {isUnderWay(replay) ? (
            <ProgressBar
              className="w-32"
              max={replay.total}
              value={replay.replayed - (replay.outcomes.pending ?? 0)}
              aria-label="Worked in so far"
            />
          ) : null}
          <span className="text-muted">
            {outcomeWords(replay.outcomes)}
            {" · "}
            {filterWords(replay.filter)}, by {replay.orderedBy}, <RelativeTime at={replay.orderedAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

type Replay = { finishedAt: Date | null; outcomes: Partial<Record<DeliveryState, number>> };

const isUnderWay = ({ finishedAt, outcomes }: Replay) => finishedAt === null || (outcomes.pending ?? 0) > 0;

const outcomeWords = (outcomes: Replay["outcomes"]) =>
  Object.entries(outcomes)
    .map(
      ([state, count]) => `${numberText(count)} ${deliveryStateWords[state as DeliveryState].toLowerCase()}`,
    )
    .join(", ");

function filterWords({ state, event, repository, from, to }: Record<string, string>): string {
  const days = [from ? `from ${from.slice(0, 10)}` : null, to ? `before ${to.slice(0, 10)}` : null];
  const outcome = state ? deliveryStateWords[state as DeliveryState].toLowerCase() : null;
  return [outcome ? `were ${outcome}` : null, event, repository, ...days].filter(Boolean).join(", ");
}
