"use client";

import { lazy, Suspense, useEffect, useState } from "react";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { ChartFrame } from "./chart-frame.tsx";
import { chartRows, type Point, type Series } from "./chart-model.ts";

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
};

/** A bar chart with its frame. The drawing is fetched in the browser only: it needs to know how wide it is. */
export function BarChart({ title, note, fileName, axis, points, series, gapLabel }: Props) {
  const [isInBrowser, setIsInBrowser] = useState(false);
  useEffect(() => setIsInBrowser(true), []);
  const room = <Skeleton className="h-60 w-full" />;
  return (
    <ChartFrame title={title} note={note} fileName={fileName} rows={chartRows(points, series, axis)}>
      {isInBrowser ? (
        <Suspense fallback={room}>
          <StackedBars points={points} series={series} label={title} gapLabel={gapLabel} />
        </Suspense>
      ) : (
        room
      )}
      {series.length > 1 ? (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 pt-1 text-small">
          {series.map((one) => (
            <li key={one.key} className="flex items-center gap-1.5">
              <span aria-hidden className="size-2.5 rounded-tight" style={{ background: one.color }} />
              {one.name}
            </li>
          ))}
        </ul>
      ) : null}
    </ChartFrame>
  );
}
