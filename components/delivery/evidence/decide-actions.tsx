"use client";

import { useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { Button } from "#components/ui/button.tsx";
import type { EvidenceDetail } from "#server/delivery/decisions/model.ts";
import { DecideForm, type Deed } from "./decide-form.tsx";
import { StateFailureForm } from "./state-failure-form.tsx";
import { useFocusBack } from "./use-focus-back.ts";

/** What may be said of a deployment. Whoever may not say it sees why. */
export function DecideActions({ detail }: { detail: EvidenceDetail }) {
  const [open, setOpen] = useState<Deed | "fail" | null>(null);
  const place = useFocusBack<HTMLDivElement>(open);
  const decide = useReason(detail.may.decide);
  const dispute = useReason(detail.may.dispute);
  const settle = useReason(detail.may.settle);
  const hasFailed = detail.failures.some(({ state }) => state === "confirmed");
  const canFail = detail.succeededAt !== null && detail.tier === "production" && !hasFailed;
  if (open === "fail") return <StateFailureForm detail={detail} onClose={() => setOpen(null)} />;
  if (open) return <DecideForm id={detail.id} deed={open} onClose={() => setOpen(null)} />;
  const counting = detail.isExcluded ? "include" : "exclude";
  return (
    <div ref={place} className="flex flex-wrap gap-2">
      <Button size="small" data-opens={counting} disabledReason={decide} onClick={() => setOpen(counting)}>
        {detail.isExcluded ? "Include again" : "Exclude"}
      </Button>
      {canFail ? (
        <Button size="small" data-opens="fail" disabledReason={decide} onClick={() => setOpen("fail")}>
          It failed
        </Button>
      ) : null}
      <Button size="small" data-opens="note" disabledReason={decide} onClick={() => setOpen("note")}>
        Add a note
      </Button>
      {detail.isDisputed ? (
        <Button
          size="small"
          data-opens="settleDispute"
          disabledReason={settle}
          onClick={() => setOpen("settleDispute")}
        >
          Settle the dispute
        </Button>
      ) : (
        <Button size="small" data-opens="dispute" disabledReason={dispute} onClick={() => setOpen("dispute")}>
          Dispute
        </Button>
      )}
    </div>
  );
}
