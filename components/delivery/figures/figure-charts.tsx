import type { ReactNode } from "react";
import { BarChart } from "#components/charts/bar-chart.tsx";
import { TrendChart } from "#components/charts/trend-chart.tsx";
import type { Asked } from "#components/delivery/evidence/evidence-link.tsx";
import type { FiguresAnswer } from "#server/delivery/figures/figures-answer.ts";
import { chartTitles } from "./chart-titles.ts";
import { durationText } from "./figure-words.ts";
import { csvHref } from "./figures-address.ts";
import { Happenings } from "./happenings.tsx";
import { SpreadChart } from "./spread-chart.tsx";
import { StageBars } from "./stage-bars.tsx";
import { barsOf, happeningsOf, leadTimePoints, marksOf, seriesOf } from "./week-points.ts";

type Props = { answer: FiguresAnswer; asked: Asked };

/** Week by week, and how the values behind the medians are spread. Throughput stands on the left, instability on the right. */
export function FigureCharts({ answer, asked }: Props) {
  const { figures, weeks, distributions, annotations, scope } = answer;
  const shared = {
    axis: "Week",
    gapLabel: "Not observed",
    marks: marksOf(weeks, annotations),
    csvHref: csvHref("weeks", asked),
  };
  const bars = (which: "frequency" | "outcome" | "rework"): ReactNode => (
    <BarChart
      title={chartTitles[which](figures)}
      points={barsOf[which](weeks)}
      series={seriesOf[which]}
      {...aboutBars[which]}
      {...shared}
    />
  );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-8 md:grid-cols-2">
      {bars("frequency")}
      {bars("outcome")}
      {weeks.every(({ leadTime }) => leadTime === null) ? (
        <p className="self-center py-4 text-muted text-table">
          No week had enough changes for a change lead time of its own.
        </p>
      ) : (
        <TrendChart
          title={chartTitles.leadTime(figures)}
          note="By week, with the 95 % interval; a week with too few changes stays open"
          fileName="lead-time-by-week"
          points={leadTimePoints(weeks)}
          series={seriesOf.leadTime}
          format={durationText}
          {...shared}
        />
      )}
      {bars("rework")}
      <SpreadChart
        spread={distributions.leadTime}
        asked={asked}
        what="Changes"
        title={chartTitles.leadSpread(figures)}
        nothing="No change with a known change lead time in this window."
      />
      <SpreadChart
        spread={distributions.recovery}
        asked={asked}
        what="Failed deployments"
        title={chartTitles.recoverySpread(distributions.recovery.n)}
        nothing="No failed deployment recovered in this window."
      />
      <StageBars figure={figures.leadTime} />
      <Happenings happenings={happeningsOf(weeks, annotations)} scope={scope} />
    </div>
  );
}

const aboutBars = {
  frequency: {
    note: "Deployments to production, by week; hatched weeks are not whole, or were not fully seen",
    fileName: "deployments-by-week",
  },
  outcome: {
    note: "Deployments that are at least 7 days old, by the week in which they went live",
    fileName: "failures-by-week",
  },
  rework: {
    note: "By week: deployments that repaired something, and rollouts that never succeeded",
    fileName: "rework-by-week",
  },
};
