"use client";

import { useQuery } from "@tanstack/react-query";
import type { Asked } from "#components/delivery/evidence/evidence-link.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import type { EvidenceRow } from "#server/delivery/figures/evidence-page.ts";
import { evidenceParts, type Metric } from "#server/delivery/figures/model.ts";
import { durationText } from "./figure-words.ts";

type Props = { asked: Asked; metric: Metric };

/** Too few for a summary: each one by itself. Durations lie along a line from nothing to the longest. */
export function EvidenceDots({ asked, metric }: Props) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.delivery.evidence.queryOptions({ ...asked, metric, part: evidenceParts[metric][0] }),
  );
  if (metric !== "leadTime" && metric !== "recovery") return null;
  const values = (data?.items ?? []).flatMap((row) => secondsOf(row) ?? []);
  if (values.length === 0) return <div className="h-6" />;
  const longest = Math.max(...values, 1);
  return (
    <div className="flex h-6 items-center gap-2 text-muted text-small">
      <svg
        role="img"
        aria-label={`Each by itself: ${values.map(durationText).join(", ")}`}
        className="h-4 min-w-0 max-w-60 flex-1 overflow-visible"
      >
        <line x1="0" x2="100%" y1="8" y2="8" stroke="var(--color-line-strong)" />
        {values.map((value, index) => (
          <circle
            // biome-ignore lint/suspicious/noArrayIndexKey: two may have taken equally long
            key={index}
            cx={`${(value / longest) * 100}%`}
            cy="8"
            r="4"
            fill="var(--color-chart-1)"
            fillOpacity={0.6}
          />
        ))}
      </svg>
      <span className="shrink-0">{durationText(longest)}</span>
    </div>
  );
}

const secondsOf = ({ change, recovery }: EvidenceRow): number | null =>
  change?.leadSeconds ?? recovery?.seconds ?? null;
