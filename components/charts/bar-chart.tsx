"use client";

import { lazy, Suspense, useEffect, useState } from "react";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { ChartFrame } from "./chart-frame.tsx";
import { ChartLegend } from "./chart-legend.tsx";
import { chartRows, type Mark, type Point, type Series } from "./chart-model.ts";

const StackedBars = lazy(() => import("./stacked-bars.tsx"));

type Props = {
  title: string;
  note?: string;
  fileName: string;
  /** What the axis counts in: the heading of the first column. */
  axis: string;
  points: readonly Point[];
  series: readonly Series[];
  gapLabel: string;
  marks?: readonly Mark[];
  csvHref?: string;
};

/** A bar chart with its frame. The drawing is fetched in the browser only: it needs to know how wide it is. */
export function BarChart({
  title,
  note,
  fileName,
  axis,
  points,
  series,
  gapLabel,
  marks = [],
  csvHref,
}: Props) {
  const [isInBrowser, setIsInBrowser] = useState(false);
  useEffect(() => setIsInBrowser(true), []);
  const room = <Skeleton className="h-60 w-full" />;
  return (
    <ChartFrame
      title={title}
      note={note}
      fileName={fileName}
      rows={chartRows(points, series, axis)}
      csvHref={csvHref}
    >
      {isInBrowser ? (
        <Suspense fallback={room}>
          <StackedBars points={points} series={series} label={title} gapLabel={gapLabel} marks={marks} />
        </Suspense>
      ) : (
        room
      )}
      {series.length > 1 ? <ChartLegend series={series} /> : null}
    </ChartFrame>
  );
}
