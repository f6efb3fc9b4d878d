"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Refusal } from "#server/core/refusal.ts";
import type { FailureEvidence, FailureState } from "#server/delivery/decisions/model.ts";
import { JudgeForm, type Verdict } from "./judge-form.tsx";
import { useDecided } from "./use-decided.ts";
import { useFocusBack } from "./use-focus-back.ts";

const states: Record<FailureState, { tone: StatusTone; words: string }> = {
  confirmed: { tone: "danger", words: "Confirmed" },
  suggested: { tone: "warning", words: "Suggested, nobody has looked at it" },
  rejected: { tone: "neutral", words: "Rejected" },
};

/** Signs that a deployment did harm, suggested ones confirmed or rejected by one press. */
export function FailureList({
  failures,
  refusal,
}: {
  failures: readonly FailureEvidence[];
  refusal: Refusal | null;
}) {
  const trpc = useTRPC();
  const decided = useDecided();
  const reason = useReason(refusal);
  const judge = useMutation(
    trpc.delivery.judgeFailures.mutationOptions({
      onSuccess: (_, { verdict }) =>
        decided(verdict === "confirm" ? "Confirmed as a failure" : "Rejected: it counts as no failure"),
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
    }),
  );
  const [turning, setTurning] = useState<number | null>(null);
  const place = useFocusBack<HTMLUListElement>(turning === null ? null : String(turning));
  // A suggestion takes one press; turning what was judged before takes a reason.
  const press = ({ id, state }: FailureEvidence, verdict: Verdict) =>
    state === "suggested" ? judge.mutate({ ids: [id], verdict }) : setTurning(id);
  return (
    <ul ref={place} className="flex flex-col gap-3">
      {failures.map((failure) => (
        <li key={failure.id} className="text-table">
          <Status tone={states[failure.state].tone}>
            {states[failure.state].words}
            {failure.decidedBy ? ` by ${failure.decidedBy}` : ""}
          </Status>
          <p className="text-fg-soft">
            {failure.words} {failure.href ? <TextLink href={failure.href}>Look at it</TextLink> : null}
          </p>
          <p className="text-muted text-small">
            Seen <RelativeTime at={failure.seenAt} />
            {failure.recoveredAt ? (
              <>
                , recovered <RelativeTime at={failure.recoveredAt} />
              </>
            ) : (
              ", not recovered yet"
            )}
          </p>
          {turning === failure.id ? (
            <JudgeForm
              id={failure.id}
              verdict={failure.state === "rejected" ? "confirm" : "reject"}
              onClose={() => setTurning(null)}
            />
          ) : (
            <div className="flex gap-2 pt-1">
              {failure.state === "confirmed" ? null : (
                <Button
                  size="small"
                  data-opens={failure.id}
                  disabledReason={reason}
                  isBusy={judge.isPending}
                  onClick={() => press(failure, "confirm")}
                >
                  Confirm
                </Button>
              )}
              {failure.state === "rejected" ? null : (
                <Button
                  size="small"
                  data-opens={failure.id}
                  disabledReason={reason}
                  isBusy={judge.isPending}
                  onClick={() => press(failure, "reject")}
                >
                  Reject
                </Button>
              )}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
