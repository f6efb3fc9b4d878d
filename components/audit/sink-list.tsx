"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import type { SinkRow } from "#server/audit/sinks.ts";

const SinkDialog = lazy(() => import("./sink-dialog.tsx"));

/** Where the audit log is sent as it is written, how far behind each place is, and the way to change it. */
export function SinkList() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery({ ...trpc.audit.sinks.queryOptions(), refetchInterval: 30_000 });
  const [open, setOpen] = useState<SinkRow | "new" | null>(null);
  const reason = useReason(data.may.manage);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-table">
      {data.sinks.length === 0 ? (
        <Status tone="neutral">Not sent anywhere else</Status>
      ) : (
        <ul className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-2">
          {data.sinks.map((sink) => (
            <li key={sink.id} className="flex min-w-0 flex-wrap items-center gap-x-2">
              <SinkState sink={sink} />
              <Button
                size="small"
                tone="quiet"
                disabledReason={reason}
                aria-label={`Change ${sink.name}`}
                onClick={() => setOpen(sink)}
              >
                Change
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Button size="small" disabledReason={reason} onClick={() => setOpen("new")}>
        Send it elsewhere
      </Button>
      {open ? (
        <Suspense>
          <SinkDialog sink={open === "new" ? null : open} onClose={() => setOpen(null)} />
        </Suspense>
      ) : null}
    </div>
  );
}

function SinkState({ sink }: { sink: SinkRow }) {
  const { name, isOn, failure, waiting, waitingSince, sentAt, retryAt } = sink;
  if (!isOn) return <Status tone="neutral">{`${name}: switched off`}</Status>;
  const count = waiting.toLocaleString("en");
  const since = waitingSince ? (
    <>
      , the oldest from <RelativeTime at={waitingSince} />
    </>
  ) : null;
  if (failure)
    return (
      <span className="min-w-0">
        <Status tone="danger">
          {name}: {count} waiting{since}
        </Status>
        <span className="block break-words pl-5 text-muted text-small">
          {failure}
          {retryAt ? (
            <>
              {" "}
              · next try <RelativeTime at={retryAt} />
            </>
          ) : null}
        </span>
      </span>
    );
  return (
    <Status tone={waiting > 0 ? "info" : "success"}>
      {waiting > 0 ? (
        <>
          {name}: {count} waiting{since}
        </>
      ) : (
        <>
          {name}: all sent
          {sentAt ? (
            <>
              {" "}
              <RelativeTime at={sentAt} />
            </>
          ) : null}
        </>
      )}
    </Status>
  );
}
