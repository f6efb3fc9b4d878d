"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { isReadingOver, judgeShadow, phaseWords, type ShadowReport } from "#server/shadow/model.ts";

/** The decision in one sentence, with how old it is and what the reading is doing. Looks again while one is under way. */
export function ShadowStatus() {
  const trpc = useTRPC();
  const router = useRouter();
  const { data } = useSuspenseQuery(
    trpc.shadow.overview.queryOptions(undefined, {
      refetchInterval: ({ state }) =>
        state.data?.report && !isReadingOver(state.data.report.state) ? 1_000 : 30_000,
    }),
  );
  const { report } = data;
  const readAt = report?.readAt?.getTime() ?? 0;
  const shown = useRef(readAt);
  useEffect(() => {
    // The tables below are of the reading that ended before.
    if (shown.current !== readAt) router.refresh();
    shown.current = readAt;
  }, [readAt, router]);
  if (!report) return null;
  const judgement = report.summary ? judgeShadow(report.summary) : null;
  return (
    <div className="flex flex-col gap-2 py-3">
      <div aria-live="polite">
        <ReadingState report={report} />
      </div>
      {judgement ? (
        <Notice tone={judgement.tone} title={judgement.sentence}>
          {judgement.next.length > 0 ? (
            <ul className="list-disc pl-4">
              {judgement.next.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          ) : null}
        </Notice>
      ) : null}
    </div>
  );
}

function ReadingState({ report }: { report: ShadowReport }) {
  const { state, phase, done, total, failure, readAt, connection } = report;
  const { host } = new URL(connection.address);
  const asOf = readAt ? (
    <>
      {" "}
      · as of <RelativeTime at={readAt} />
    </>
  ) : null;
  if (state === "failed")
    return (
      <p className="text-table">
        <Status tone="danger">{host} could not be read</Status>
        <span className="block pl-5 text-fg-soft">
          {failure}
          {asOf}
        </span>
      </p>
    );
  if (state === "cancelled")
    return (
      <p className="text-table">
        <Status tone="neutral">Stopped: {host} is not followed until you read it again</Status>
        {asOf}
      </p>
    );
  if (state === "done")
    return (
      <p className="text-table">
        <Status tone="success">Following {host}</Status>
        {asOf}
      </p>
    );
  const progress = total > 0 ? ` (${done.toLocaleString("en")} of ${total.toLocaleString("en")})` : "";
  return (
    <p className="text-table">
      <Status tone="info">
        {phase ? `${phaseWords[phase]}${progress}` : `Waiting for the worker to read ${host}`}
      </Status>
      {asOf}
    </p>
  );
}
