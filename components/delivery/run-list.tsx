import { durationText } from "#components/delivery/figures/figure-words.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { type RunRow, runStateWords } from "#server/delivery/model.ts";

const tones: Record<RunRow["state"], StatusTone> = {
  queued: "info",
  running: "info",
  success: "success",
  failure: "danger",
  cancelled: "neutral",
  other: "neutral",
};

/** The last CI runs of a service's repository. */
export async function RunList({ entityRef }: { entityRef: string }) {
  const { items } = await getQueryClient().fetchQuery(
    trpc.delivery.runs.queryOptions({ entityRef, limit: 10 }),
  );
  if (items.length === 0) return <p className="py-2 text-muted text-table">None recorded.</p>;
  return (
    <ul>
      {items.map((run) => (
        <li
          key={run.id}
          className="flex min-h-(--row-height) items-center gap-3 border-line border-b py-1 text-table"
        >
          <span className="w-20 shrink-0">
            <Status tone={tones[run.state]}>{runStateWords[run.state]}</Status>
          </span>
          <span className="min-w-0 flex-1 truncate">
            {run.url ? <TextLink href={run.url}>{run.workflow}</TextLink> : run.workflow}
            <span className="text-muted"> {run.branch}</span>
          </span>
          <span className="tabular shrink-0 text-muted">
            {run.durationSeconds === null ? null : durationText(run.durationSeconds)}
          </span>
          <RelativeTime at={run.startedAt} className="shrink-0 text-muted" />
        </li>
      ))}
    </ul>
  );
}
