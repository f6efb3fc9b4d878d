"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { say } from "#components/ui/toast.tsx";
import type { AuditCheck } from "#server/audit/check-audit-log.ts";

const pollMs = 2_000;

/** Whether the audit log is whole, as the last check found it, and a button that has it checked now. */
export function CheckState() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data: check } = useSuspenseQuery({
    ...trpc.audit.check.queryOptions(),
    refetchInterval: (query) => (query.state.data?.isRunning ? pollMs : false),
  });
  const request = useMutation(
    trpc.audit.requestCheck.mutationOptions({
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
      onSettled: () => queryClient.invalidateQueries(trpc.audit.check.pathFilter()),
    }),
  );
  const isBusy = request.isPending || check?.isRunning === true;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-table">
        <span role="status" className="min-w-0">
          <Verdict check={check} isBusy={isBusy} />
        </span>
        <Button size="small" isBusy={isBusy} onClick={() => request.mutate()}>
          {isBusy ? "Checking…" : "Check now"}
        </Button>
      </div>
      {check?.isIntact === false ? <Problems check={check} /> : null}
      {check?.failure ? (
        <Notice tone="warning" title="The last check broke off">
          {check.failure}
        </Notice>
      ) : null}
    </div>
  );
}

function Verdict({ check, isBusy }: { check: AuditCheck | null; isBusy: boolean }) {
  if (!check?.checkedAt)
    return <Status tone="neutral">{isBusy ? "The first check is under way" : "Never checked yet"}</Status>;
  if (check.isIntact === null) return <Status tone="warning">Not known whether the log is intact</Status>;
  const counted = `${check.events.toLocaleString("en")} events, ${check.anchors.toLocaleString("en")} anchors`;
  return check.isIntact ? (
    <Status tone="success">
      Intact <RelativeTime at={check.checkedAt} /> ({counted})
    </Status>
  ) : (
    <Status tone="danger">
      Not intact, checked <RelativeTime at={check.checkedAt} />
    </Status>
  );
}

function Problems({ check }: { check: AuditCheck }) {
  const hidden = check.problemCount - check.problems.length;
  return (
    <Notice tone="danger" title="Events were altered, removed or put in">
      <ul className="list-disc pl-4">
        {check.problems.map(({ message }) => (
          <li key={message} className="break-words">
            {message}
          </li>
        ))}
        {hidden > 0 ? <li>{hidden.toLocaleString("en")} more: milepost audit verify lists them</li> : null}
      </ul>
    </Notice>
  );
}
