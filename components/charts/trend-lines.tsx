"use client";

import { useId } from "react";
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { type Mark, marksByKey, type Series } from "./chart-model.ts";
import { GapPattern } from "./gap-pattern.tsx";
import { axisUnit, runsOf, type TrendPoint } from "./trend-model.ts";

const axisText = { fontSize: 12, fill: "var(--color-muted)" };

type Props = {
  points: readonly TrendPoint[];
  series: readonly Series[];
  label: string;
  format: (value: number) => string;
  gapLabel: string;
  marks?: readonly Mark[];
  height?: number;
};

/** Durations in seconds as lines. Fetched when a page shows one. */
export default function TrendLines({
  points,
  series,
  label,
  format,
  gapLabel,
  marks = [],
  height = 240,
}: Props) {
  const id = useId().replaceAll(":", "");
  const noted = marksByKey(marks);
  const unit = axisUnit(Math.max(0, ...points.flatMap((point) => largestOf(point, series))));
  const [first] = series;
  const byKey = new Map(points.map((point) => [point.key, point]));
  return (
    <div style={{ height }}>
      <ResponsiveContainer width="100%" height={height}>
        <ComposedChart
          data={points.map((point) => toRow(point, series, unit.seconds))}
          margin={{ top: 8, right: 4, bottom: 0, left: -12 }}
          title={label}
          accessibilityLayer
        >
          <defs>
            <GapPattern id={`${id}-gap`} />
            <pattern
              id={`${id}-partial`}
              width={6}
              height={6}
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width={1.5} height={6} fill="var(--color-line-strong)" />
            </pattern>
          </defs>
          <CartesianGrid vertical={false} stroke="var(--color-chart-grid)" />
          <XAxis
            dataKey="key"
            scale="band"
            tickFormatter={(key: string) => byKey.get(key)?.label ?? key}
            tick={axisText}
            tickLine={false}
            axisLine={{ stroke: "var(--color-line-strong)" }}
            minTickGap={28}
          />
          <YAxis
            tick={axisText}
            tickLine={false}
            axisLine={false}
            tickFormatter={(value: number) => `${value} ${unit.name === "days" ? "d" : "h"}`}
          />
          {runsOf(points, ({ isUnknown }) => isUnknown).map((gap) => (
            <ReferenceArea
              key={gap.from}
              x1={gap.from}
              x2={gap.to}
              fill={`url(#${id}-gap)`}
              fillOpacity={1}
              label={{ value: gap.from === gap.to ? "" : gapLabel, ...axisText }}
            />
          ))}
          {runsOf(points, ({ isPartial }) => isPartial).map((run) => (
            <ReferenceArea key={run.from} x1={run.from} x2={run.to} fill={`url(#${id}-partial)`} />
          ))}
          {[...noted.keys()].map((key) => (
            <ReferenceLine key={key} x={key} stroke="var(--color-muted)" strokeDasharray="2 3" />
          ))}
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: "var(--color-line-strong)" }}
            content={({ active, payload }) => {
              const key: unknown = payload?.[0]?.payload?.key;
              const point = typeof key === "string" ? byKey.get(key) : undefined;
              return active && point ? (
                <Bubble {...{ point, series, format, gapLabel }} notes={noted.get(point.key) ?? []} />
              ) : null;
            }}
          />
          <Area
            dataKey="interval"
            stroke="none"
            fill={first?.color ?? "none"}
            fillOpacity={0.16}
            isAnimationActive={false}
            connectNulls={false}
            activeDot={false}
          />
          {series.map((one) => (
            <Line
              key={one.key}
              dataKey={one.key}
              name={one.name}
              stroke={one.color}
              strokeWidth={1.5}
              strokeDasharray={one === first ? undefined : "4 3"}
              dot={{ r: 2, fill: one.color, strokeWidth: 0 }}
              isAnimationActive={false}
              connectNulls={false}
            />
          ))}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

const largestOf = (point: TrendPoint, series: readonly Series[]): number[] => [
  ...series.map(({ key }) => point.values[key] ?? 0),
  point.interval?.high ?? 0,
];

function toRow(point: TrendPoint, series: readonly Series[], seconds: number): Record<string, unknown> {
  const values = series.map(({ key }) => {
    const value = point.values[key];
    return [key, value === null || value === undefined ? null : value / seconds];
  });
  const { low, high } = point.interval ?? { low: null, high: null };
  const interval = low === null || high === null ? null : [low / seconds, high / seconds];
  return { ...Object.fromEntries(values), key: point.key, interval };
}

type BubbleProps = Pick<Props, "series" | "format" | "gapLabel"> & {
  point: TrendPoint;
  notes: readonly string[];
};

function Bubble({ point, series, format, gapLabel, notes }: BubbleProps) {
  const { low, high } = point.interval ?? { low: null, high: null };
  return (
    <div className="rounded-control bg-ink px-2.5 py-1.5 text-on-ink text-small shadow-float">
      <p className="font-medium">{point.longLabel}</p>
      {point.isPartial ? <p className="opacity-80">Not a whole week</p> : null}
      {point.isUnknown ? <p>{gapLabel}</p> : null}
      {point.isUnknown
        ? null
        : series.map(({ key, name }) => {
            const value = point.values[key];
            return (
              <p key={key} className="tabular flex justify-between gap-4">
                <span>{name}</span>
                <span>{value === null || value === undefined ? "too few" : format(value)}</span>
              </p>
            );
          })}
      {low !== null && high !== null ? (
        <p className="opacity-80">
          95 % interval: {format(low)} to {format(high)}
        </p>
      ) : null}
      {notes.map((words) => (
        <p key={words} className="max-w-60 opacity-80">
          {words}
        </p>
      ))}
    </div>
  );
}
