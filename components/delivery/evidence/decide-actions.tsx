"use client";

import { useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { Button } from "#components/ui/button.tsx";
import type { EvidenceDetail } from "#server/delivery/decisions/model.ts";
import { DecideForm, type Deed } from "./decide-form.tsx";
import { StateFailureForm } from "./state-failure-form.tsx";

/** What may be said of a deployment. Whoever may not say it sees why. */
export function DecideActions({ detail }: { detail: EvidenceDetail }) {
  const [open, setOpen] = useState<Deed | "fail" | null>(null);
  const decide = useReason(detail.may.decide);
  const dispute = useReason(detail.may.dispute);
  const settle = useReason(detail.may.settle);
  if (open === "fail") return <StateFailureForm detail={detail} onClose={() => setOpen(null)} />;
  if (open) return <DecideForm id={detail.id} deed={open} onClose={() => setOpen(null)} />;
  const hasFailed = detail.failures.some(({ state }) => state === "confirmed");
  const canFail = detail.succeededAt !== null && detail.tier === "production" && !hasFailed;
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        size="small"
        disabledReason={decide}
        onClick={() => setOpen(detail.isExcluded ? "include" : "exclude")}
      >
        {detail.isExcluded ? "Take back in" : "Leave out"}
      </Button>
      {canFail ? (
        <Button size="small" disabledReason={decide} onClick={() => setOpen("fail")}>
          It failed
        </Button>
      ) : null}
      <Button size="small" disabledReason={decide} onClick={() => setOpen("note")}>
        Add a note
      </Button>
      {detail.isDisputed ? (
        <Button size="small" disabledReason={settle} onClick={() => setOpen("settleDispute")}>
          Settle the dispute
        </Button>
      ) : (
        <Button size="small" disabledReason={dispute} onClick={() => setOpen("dispute")}>
          Dispute
        </Button>
      )}
    </div>
  );
}
