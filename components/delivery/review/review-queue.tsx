"use client";

import { useMutation, useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useDecided } from "#components/delivery/evidence/use-decided.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { countText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { say } from "#components/ui/toast.tsx";
import type { ReviewPage } from "#server/delivery/decisions/model.ts";
import { ReviewItemRow } from "./review-item.tsx";
import { ReviewKeys } from "./review-keys.tsx";
import type { ReviewAsked } from "./review-search.ts";

type Verdict = "confirm" | "reject";

/** Suggested failures, the oldest first, each judged by one press; several by choosing them. */
export function ReviewQueue({ asked }: { asked: ReviewAsked }) {
  const trpc = useTRPC();
  const decided = useDecided();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const queue = useSuspenseInfiniteQuery(
    trpc.delivery.review.infiniteQueryOptions(asked, { getNextPageParam: ({ nextCursor }) => nextCursor }),
  );
  const judge = useMutation(
    trpc.delivery.judgeFailures.mutationOptions({
      onSuccess: ({ judged }, { verdict }) => {
        setChosen(new Set());
        return decided(doneWords(judged, verdict));
      },
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
    }),
  );
  const items = queue.data.pages.flatMap((page) => page.items);
  const counted = queue.data.pages.at(-1);
  const picked = items.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  if (!counted || items.length === 0) return <NothingToReview asked={asked} />;
  return (
    <div className="flex flex-col gap-3">
      <ReviewKeys />
      <Summary counted={counted} />
      {picked.length > 0 ? (
        <div className="flex flex-wrap items-center gap-2">
          <span className="tabular text-table">{picked.length} chosen</span>
          <Button isBusy={judge.isPending} onClick={() => judge.mutate({ ids: picked, verdict: "confirm" })}>
            Confirm all chosen
          </Button>
          <Button isBusy={judge.isPending} onClick={() => judge.mutate({ ids: picked, verdict: "reject" })}>
            Reject all chosen
          </Button>
        </div>
      ) : null}
      <ul aria-label="Suggested failures" className="flex flex-col border-line border-t">
        {items.map((item) => (
          <ReviewItemRow
            key={item.id}
            item={item}
            isChosen={chosen.has(item.id)}
            isBusy={judge.isPending}
            onChoose={() => setChosen(toggled(chosen, item.id))}
            onJudge={(verdict) => judge.mutate({ ids: [item.id], verdict })}
          />
        ))}
      </ul>
      {queue.hasNextPage ? (
        <div>
          <Button isBusy={queue.isFetchingNextPage} onClick={() => void queue.fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function Summary({ counted }: { counted: ReviewPage }) {
  return (
    <p className="text-fg-soft text-table">
      {countText(counted.suggestions, "suggestion")} on {countText(counted.deployments, "deployment")}
      {counted.oldestAt ? (
        <>
          , seen first <RelativeTime at={counted.oldestAt} />
        </>
      ) : null}
      .
      <span className="pl-3 text-muted max-sm:hidden">
        <Kbd keys="j k" /> move, <Kbd keys="x" /> chooses, <Kbd keys="y" /> confirms, <Kbd keys="n" /> rejects
      </span>
    </p>
  );
}

function NothingToReview({ asked }: { asked: ReviewAsked }) {
  return (
    <EmptyState kind="nothing" title="Nothing to review" isCompact>
      {asked.mine
        ? "No deployment of your teams' services is suspected of a failure that nobody has looked at."
        : "No deployment here is suspected of a failure that nobody has looked at."}
    </EmptyState>
  );
}

function toggled(chosen: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

function doneWords(judged: number, verdict: Verdict): string {
  const failures = countText(judged, "failure");
  return verdict === "confirm" ? `${failures} confirmed` : `${failures} rejected`;
}
