"use client";

import { lazy, Suspense, useEffect, useState } from "react";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { ChartFrame } from "./chart-frame.tsx";
import { ChartLegend } from "./chart-legend.tsx";
import type { Mark, Series } from "./chart-model.ts";
import { type TrendPoint, trendRows } from "./trend-model.ts";

const TrendLines = lazy(() => import("./trend-lines.tsx"));

type Props = {
  title: string;
  note?: string;
  fileName: string;
  axis: string;
  points: readonly TrendPoint[];
  series: readonly Series[];
  /** Words for a value, in the bubble and in the table. */
  format: (value: number) => string;
  gapLabel: string;
  marks?: readonly Mark[];
  csvHref?: string;
};

/** Lines through periods, the first of them with its interval as a pale band. */
export function TrendChart({ title, note, fileName, axis, csvHref, ...drawn }: Props) {
  const { points, series, format } = drawn;
  const [isInBrowser, setIsInBrowser] = useState(false);
  useEffect(() => setIsInBrowser(true), []);
  const room = <Skeleton className="h-60 w-full" />;
  return (
    <ChartFrame
      title={title}
      note={note}
      fileName={fileName}
      rows={trendRows(points, series, axis, format)}
      csvHref={csvHref}
    >
      {isInBrowser ? (
        <Suspense fallback={room}>
          <TrendLines {...drawn} label={title} />
        </Suspense>
      ) : (
        room
      )}
      {series.length > 1 ? <ChartLegend series={series} /> : null}
    </ChartFrame>
  );
}
