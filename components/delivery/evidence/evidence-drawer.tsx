"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { durationText } from "#components/delivery/figures/figure-words.ts";
import { FailedRead } from "#components/trpc/failed-read.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Dialog, DialogBody } from "#components/ui/dialog.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { ShowMore } from "#components/ui/show-more.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { EvidencePage } from "#server/delivery/figures/evidence-page.ts";
import { type Metric, metricWords } from "#server/delivery/figures/model.ts";
import type { Asked } from "./evidence-link.tsx";
import { EvidenceRowItem } from "./evidence-row.tsx";
import { SinceLastLook } from "./since-last-look.tsx";

type Props = { asked: Asked; metric: Metric; part: string; label: string; onClose: () => void };

/** The rows behind a number: as many as it says. Each opens to what stands behind it, and may be judged there. */
export default function EvidenceDrawer({ asked, metric, part, label, onClose }: Props) {
  const trpc = useTRPC();
  const rows = useInfiniteQuery(
    trpc.delivery.evidence.infiniteQueryOptions(
      { ...asked, metric, part },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const pages = rows.data?.pages ?? [];
  const items = pages.flatMap((page) => page.items);
  const total = pages.at(-1)?.total;
  return (
    <Dialog
      title={label}
      description={metricWords[metric]}
      place="drawer"
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
    >
      <DialogBody className="flex flex-col gap-3">
        <SinceLastLook asked={asked} metric={metric} part={part} />
        {rows.isError ? <FailedRead error={rows.error} /> : null}
        {rows.isPending ? <SkeletonRows rows={8} label="Loading what the number rests on" /> : null}
        {total === undefined ? null : (
          <p className="text-fg-soft text-table">
            <strong className="tabular font-semibold text-fg">{numberText(total)}</strong>{" "}
            {total === 1 ? "row: exactly what" : "rows: exactly those that"} the number counts, the newest
            first. <TextLink href={fileAddress(asked, metric, part)}>Download all as CSV</TextLink>
          </p>
        )}
        <RowList items={items} isManyServices={asked.scope.kind !== "service"} metric={metric} />
        {rows.hasNextPage ? (
          <ShowMore
            shown={items.length}
            total={total ?? 0}
            isBusy={rows.isFetchingNextPage}
            onMore={() => void rows.fetchNextPage()}
          />
        ) : null}
      </DialogBody>
    </Dialog>
  );
}

type ListProps = { items: EvidencePage["items"]; isManyServices: boolean; metric: Metric };

function RowList({ items, isManyServices, metric }: ListProps) {
  const trpc = useTRPC();
  const ids = [...new Set(items.map(({ id }) => id))].slice(-100);
  const marks = useQuery({
    ...trpc.delivery.evidenceMarks.queryOptions({ ids }),
    enabled: ids.length > 0,
  });
  const byId = new Map((marks.data ?? []).map((mark) => [mark.id, mark]));
  return (
    <ul className="flex flex-col">
      {items.map((row) => (
        <EvidenceRowItem
          key={`${row.id} ${row.change?.key ?? ""}`}
          row={row}
          mark={byId.get(row.id)}
          isServiceShown={isManyServices}
          aside={asideOf(row, metric)}
        />
      ))}
    </ul>
  );
}

/** The value that the row gives to the figure, where it gives one. */
function asideOf({ change, recovery }: EvidencePage["items"][number], metric: Metric): string | null {
  if (metric === "leadTime" && change) return durationText(change.leadSeconds);
  if (!recovery) return null;
  return recovery.isOpen ? `${durationText(recovery.seconds)} so far` : durationText(recovery.seconds);
}

function fileAddress(asked: Asked, metric: Metric, part: string): string {
  const { scope, exclusions, bots, ...rest } = asked;
  const said = {
    scope: scope.kind,
    ref: scope.kind === "organisation" ? undefined : scope.ref,
    ...rest,
    exclusions: exclusions === false ? "false" : undefined,
    bots: bots === false ? "false" : undefined,
    metric,
    part,
  };
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(said)) if (value !== undefined) search.set(name, String(value));
  return `/api/v1/delivery/evidence.csv?${search}`;
}
