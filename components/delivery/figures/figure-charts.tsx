import { BarChart } from "#components/charts/bar-chart.tsx";
import { TrendChart } from "#components/charts/trend-chart.tsx";
import type { Asked } from "#components/delivery/evidence/evidence-link.tsx";
import { countText, numberText } from "#components/ui/number-text.ts";
import type { Figures, FiguresAnswer } from "#server/delivery/figures/model.ts";
import { durationText, valueText } from "./figure-words.ts";
import { csvHref } from "./figures-address.ts";
import { Happenings } from "./happenings.tsx";
import { SpreadChart } from "./spread-chart.tsx";
import { StageBars } from "./stage-bars.tsx";
import {
  frequencyPoints,
  happeningsOf,
  type Incident,
  leadTimePoints,
  marksOf,
  outcomePoints,
  reworkPoints,
  seriesOf,
} from "./week-points.ts";

type Props = { answer: FiguresAnswer; asked: Asked; incidents: readonly Incident[] | null };

/** Week by week, and how the values behind the medians are spread. Throughput stands on the left, instability on the right. */
export function FigureCharts({ answer, asked, incidents }: Props) {
  const { figures, weeks, distributions, annotations } = answer;
  const marks = marksOf(weeks, annotations, incidents ?? []);
  const shared = { axis: "Week", gapLabel: "Not recorded", marks, csvHref: csvHref("weeks", asked) };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-8 md:grid-cols-2">
      <BarChart
        title={frequencyTitle(figures)}
        note="Deployments to production, by week; hatched weeks are not whole"
        fileName="deployments-by-week"
        points={frequencyPoints(weeks)}
        series={seriesOf.frequency}
        {...shared}
      />
      <BarChart
        title={outcomeTitle(figures)}
        note="Deployments that are at least 7 days old, by the week in which they went live"
        fileName="failures-by-week"
        points={outcomePoints(weeks)}
        series={seriesOf.outcome}
        {...shared}
      />
      {weeks.every(({ leadTime }) => leadTime === null) ? (
        <p className="self-center py-4 text-muted text-table">
          No week had enough changes for a lead time of its own.
        </p>
      ) : (
        <TrendChart
          title={leadTimeTitle(figures)}
          note="By week, with the 95 % interval; a week with too few changes stays open"
          fileName="lead-time-by-week"
          points={leadTimePoints(weeks)}
          series={seriesOf.leadTime}
          format={durationText}
          {...shared}
        />
      )}
      <BarChart
        title={reworkTitle(figures)}
        note="By week: deployments that repaired something, and rollouts that never succeeded"
        fileName="rework-by-week"
        points={reworkPoints(weeks)}
        series={seriesOf.rework}
        {...shared}
      />
      <SpreadChart
        spread={distributions.leadTime}
        asked={asked}
        what="Changes"
        title={spreadTitle(figures)}
        nothing="No change with a known lead time in this window."
      />
      <SpreadChart
        spread={distributions.recovery}
        asked={asked}
        what="Failed deployments"
        title={`${countText(distributions.recovery.n, "failed deployment was", "failed deployments were")} whole again in this window`}
        nothing="No failed deployment became whole again in this window."
      />
      <StageBars figure={figures.leadTime} />
      <Happenings
        happenings={happeningsOf(weeks, annotations, incidents ?? [])}
        hasIncidents={incidents !== null}
      />
    </div>
  );
}

/** Titles state what was found, as far as something was. */
function frequencyTitle({ frequency }: Figures): string {
  if (frequency.value === null) return "Deployments to production";
  const { number } = valueText(frequency.value, frequency.unit);
  return `${number === "1" ? "1 deployment" : `${number} deployments`} in the week in the middle`;
}

function outcomeTitle({ changeFailRate: { counts } }: Figures): string {
  if (counts.deployments === 0) return "What became of deployments";
  return `${countText(counts.confirmed, "confirmed failure")} in ${countText(counts.deployments, "deployment")}`;
}

function leadTimeTitle({ leadTime: { value, p90 } }: Figures): string {
  return value === null || p90 === null
    ? "Change lead time"
    : `Half of the changes were live within ${durationText(value)}, nine in ten within ${durationText(p90)}`;
}

function reworkTitle({ rework: { counts } }: Figures): string {
  if (counts.deployments === 0) return "Repairs and failed rollouts";
  return `${numberText(counts.rework)} of ${countText(counts.deployments, "deployment")} repaired something`;
}

function spreadTitle({ leadTime: { counts } }: Figures): string {
  return counts.changes === 0
    ? "How lead times are spread"
    : `How the lead times of ${countText(counts.changes, "change")} are spread`;
}
