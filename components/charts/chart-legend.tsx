import type { Series } from "./chart-model.ts";

/** What each colour stands for; the words are in the colour of text. */
export function ChartLegend({ series }: { series: readonly Series[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 pt-1 text-small">
      {series.map((one) => (
        <li key={one.key} className="flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-tight" style={{ background: one.color }} />
          {one.name}
        </li>
      ))}
    </ul>
  );
}
