const width = 112;
const height = 28;
const edge = 2;

/** The weeks at a glance; gaps stay gaps. The charts below say the same with numbers. */
export function SparkLine({ values }: { values: readonly (number | null)[] }) {
  const known = values.filter((value) => value !== null);
  if (known.length < 3) return null;
  const top = Math.max(...known, 0) || 1;
  const step = (width - 2 * edge) / Math.max(1, values.length - 1);
  const places = values.map((value, index) =>
    value === null
      ? null
      : `${round(edge + index * step)} ${round(height - edge - (value / top) * (height - 2 * edge))}`,
  );
  const path = places
    .map((place, index) => (place === null ? "" : `${places[index - 1] ? "L" : "M"}${place}`))
    .join("");
  return (
    <svg
      aria-hidden
      width={width}
      height={height}
      className="shrink-0"
      fill="none"
      stroke="var(--color-chart-1)"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {/* A point whose neighbours are open would have no line: one of no length is drawn as a dot. */}
      <path d={path.replace(/M([\d.]+ [\d.]+)(?=M|$)/g, "M$1L$1")} />
    </svg>
  );
}

const round = (value: number) => Math.round(value * 10) / 10;
