import { BarChart } from "#components/charts/bar-chart.tsx";
import type { Point } from "#components/charts/chart-model.ts";
import type { Asked } from "#components/delivery/evidence/evidence-link.tsx";
import type { Distribution } from "#server/delivery/figures/figures-answer.ts";
import { csvHref } from "./figures-address.ts";

type Props = { spread: Distribution; asked: Asked; title: string; what: string; nothing: string };

/** How many took how long. The buckets are unequal, each up to the next bound that people think in. */
export function SpreadChart({ spread, asked, title, what, nothing }: Props) {
  if (spread.n === 0) return <p className="self-center py-4 text-muted text-table">{nothing}</p>;
  return (
    <BarChart
      title={title}
      note={`${what}, by how long it took`}
      fileName={spread.metric === "leadTime" ? "lead-time-distribution" : "recovery-distribution"}
      axis="Took"
      points={spread.buckets.map(toPoint)}
      series={[{ key: "count", name: what, color: "var(--color-chart-1)" }]}
      gapLabel="Not recorded"
      csvHref={csvHref("distribution", asked, { metric: spread.metric })}
    />
  );
}

const toPoint = ({ from, to, count, words }: Distribution["buckets"][number]): Point => ({
  key: words,
  label: to === null ? `over ${boundText(from)}` : `< ${boundText(to)}`,
  longLabel: words,
  isPartial: false,
  values: { count },
});

/** 10,800: "3 h". Bounds are round, so nothing is lost. */
function boundText(seconds: number): string {
  if (seconds < 3600) return `${seconds / 60} min`;
  if (seconds < 86_400) return `${seconds / 3600} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
