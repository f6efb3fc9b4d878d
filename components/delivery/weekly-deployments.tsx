import { BarChart } from "#components/charts/bar-chart.tsx";
import type { Point, Series } from "#components/charts/chart-model.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { dayText, shortDayText } from "#components/ui/day-text.ts";
import { tierWords, type WeekCount } from "#server/delivery/model.ts";

const series: Series[] = [
  { key: "succeeded", name: "Succeeded", color: "var(--color-chart-1)" },
  { key: "failed", name: "Failed", color: "var(--color-chart-2)" },
];

/** "Deployments recorded", by week: all that the service's source told of, also what no figure counts. */
export async function WeeklyDeployments({ entityRef }: { entityRef: string }) {
  const weekly = await getQueryClient().fetchQuery(trpc.delivery.weekly.queryOptions({ entityRef }));
  return (
    <BarChart
      title={weekly.title}
      note={`${tierWords[weekly.tier]}, by week`}
      fileName={`deployments-${entityRef.replaceAll(/[^\w-]+/g, "-")}`}
      axis="Week"
      points={weekly.weeks.map(toPoint)}
      series={series}
      gapLabel="Not observed"
    />
  );
}

function toPoint(week: WeekCount): Point {
  return {
    key: week.week,
    label: shortDayText(week.start),
    longLabel: `Week of ${dayText(week.start)}`,
    isPartial: week.isPartial,
    values: { succeeded: week.succeeded, failed: week.failed },
  };
}
