"use client";

import { useId } from "react";
import {
  Bar,
  BarChart,
  CartesianGrid,
  Cell,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { numberText } from "#components/ui/number-text.ts";
import { gapsOf, type Mark, marksByKey, type Point, type Series } from "./chart-model.ts";
import { GapPattern } from "./gap-pattern.tsx";

const axisText = { fontSize: 12, fill: "var(--color-muted)" };

type Props = {
  points: readonly Point[];
  series: readonly Series[];
  label: string;
  gapLabel: string;
  marks?: readonly Mark[];
  height?: number;
};

/** Bars on top of each other, one place a period. Fetched when a page shows one. */
export default function StackedBars({ points, series, label, gapLabel, marks = [], height = 240 }: Props) {
  const id = useId().replaceAll(":", "");
  const rows = points.map((point) => ({
    ...point.values,
    key: point.key,
    label: point.label,
    longLabel: point.longLabel,
    isPartial: point.isPartial,
  }));
  const labels = new Map(points.map((point) => [point.key, point.label]));
  const noted = marksByKey(marks);
  return (
    <div style={{ height }}>
      <ResponsiveContainer width="100%" height={height}>
        <BarChart
          data={rows}
          margin={{ top: 8, right: 4, bottom: 0, left: -24 }}
          barCategoryGap={2}
          title={label}
          accessibilityLayer
        >
          <defs>
            <GapPattern id={`${id}-gap`} />
            {series.map((one) => (
              <pattern
                key={one.key}
                id={`${id}-${one.key}`}
                width={5}
                height={5}
                patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)"
              >
                <rect width={5} height={5} fill={one.color} opacity={0.25} />
                <rect width={2} height={5} fill={one.color} />
              </pattern>
            ))}
          </defs>
          <CartesianGrid vertical={false} stroke="var(--color-chart-grid)" />
          <XAxis
            dataKey="key"
            tickFormatter={(key: string) => labels.get(key) ?? key}
            tick={axisText}
            tickLine={false}
            axisLine={{ stroke: "var(--color-line-strong)" }}
            minTickGap={28}
          />
          <YAxis
            allowDecimals={false}
            tick={axisText}
            tickFormatter={numberText}
            tickLine={false}
            axisLine={false}
          />
          {gapsOf(points, series).map((gap) => (
            <ReferenceArea
              key={gap.from}
              x1={gap.from}
              x2={gap.to}
              fill={`url(#${id}-gap)`}
              fillOpacity={1}
              label={<GapLabel text={gapLabel} />}
            />
          ))}
          {[...noted.keys()].map((key) => (
            <ReferenceLine key={key} x={key} stroke="var(--color-muted)" strokeDasharray="2 3" />
          ))}
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: "var(--color-pressed)", opacity: 0.6 }}
            content={({ active, payload }) =>
              active && payload?.[0] ? (
                <Bubble row={payload[0].payload as Row} series={series} gapLabel={gapLabel} noted={noted} />
              ) : null
            }
          />
          {series.map((one, index) => (
            <Bar
              key={one.key}
              dataKey={one.key}
              name={one.name}
              stackId="all"
              fill={one.color}
              isAnimationActive={false}
              radius={index === series.length - 1 ? [2, 2, 0, 0] : 0}
            >
              {rows.map((row) => (
                <Cell key={row.key} fill={row.isPartial ? `url(#${id}-${one.key})` : one.color} />
              ))}
            </Bar>
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

/** Words over a gap, where they fit. Recharts hands over the place. */
function GapLabel({
  text,
  viewBox,
}: {
  text: string;
  viewBox?: { x: number; y: number; width: number; height: number };
}) {
  if (!viewBox || viewBox.width < text.length * 6.2) return null;
  return (
    <text
      x={viewBox.x + viewBox.width / 2}
      y={viewBox.y + viewBox.height / 2}
      textAnchor="middle"
      {...axisText}
    >
      {text}
    </text>
  );
}

type Row = { longLabel: string; isPartial: boolean } & Record<string, number | string | boolean | null>;

type BubbleProps = {
  row: Row;
  series: readonly Series[];
  gapLabel: string;
  noted: ReadonlyMap<string, readonly string[]>;
};

function Bubble({ row, series, gapLabel, noted }: BubbleProps) {
  const isGap = series.every((one) => row[one.key] === null);
  return (
    <div className="rounded-control bg-ink px-2.5 py-1.5 text-on-ink text-small shadow-float">
      <p className="font-medium">{row.longLabel}</p>
      {row.isPartial ? <p className="opacity-80">Not a whole week</p> : null}
      {isGap ? (
        <p>{gapLabel}</p>
      ) : (
        series.map((one) => (
          <p key={one.key} className="tabular flex justify-between gap-4">
            <span>{one.name}</span>
            <span>{numberText(Number(row[one.key] ?? 0))}</span>
          </p>
        ))
      )}
      {(noted.get(String(row.key)) ?? []).map((words) => (
        <p key={words} className="max-w-60 opacity-80">
          {words}
        </p>
      ))}
    </div>
  );
}
