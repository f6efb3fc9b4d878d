import { type SQL, sql } from "drizzle-orm";
import { type Day, daysIn } from "./days.ts";
import type { Coverage } from "./figures-answer.ts";
import { evidenceParts, metrics } from "./model.ts";
import { countsForFrequency, isKept, type Options, partOf } from "./parts.ts";
import type { Span } from "./window.ts";

/** `<metric>.<part>` for every part that counts deployments. */
export type PartCounts = Readonly<Record<string, number>>;
export type SpanCounts = {
  parts: PartCounts;
  coverage: Coverage;
  distinctDays: number;
  reworked: number;
};

type Named = { name: string; condition: SQL };

const partColumns = (options: Options): Named[] =>
  metrics.flatMap((metric) =>
    evidenceParts[metric].flatMap((part) => {
      const { kind, condition } = partOf(metric, part, options);
      // Those with changes are counted with the changes, where they are at hand; disputes by themselves, as they are few.
      const isElsewhere = part === "disputed" || (metric === "leadTime" && part === "deployments");
      return kind === "deployment" && !isElsewhere ? [{ name: `${metric}.${part}`, condition }] : [];
    }),
  );

/** All that is counted in the deployments `d` of a day. */
export function countColumns(options: Options): Named[] {
  const kept = isKept(options);
  return [
    ...partColumns(options),
    { name: "total", condition: sql`${kept} and d.outcome = 'success'` },
    { name: "attributed", condition: sql`${kept} and d.attribution = 'complete' and d.outcome = 'success'` },
    { name: "reworked", condition: sql`${kept} and d.reworked_at is not null` },
    { name: "counting", condition: sql`${kept} and ${countsForFrequency}` },
  ];
}

/** The length of every list of deployments of a span. */
export function countDeployments(days: readonly Day[], span: Span): SpanCounts {
  const sums: Record<string, number> = {};
  let distinctDays = 0;
  for (const day of daysIn(days, span)) {
    if (frequencyOf(day) > 0) distinctDays += 1;
    for (const [name, count] of Object.entries(judged(day, span))) sums[name] = (sums[name] ?? 0) + count;
  }
  const number = (name: string) => sums[name] ?? 0;
  const parts = Object.entries(sums).filter(([name]) => name.includes("."));
  return {
    parts: Object.fromEntries(parts),
    coverage: {
      deployments: number("total"),
      attributed: number("attributed"),
      first: number("frequency.first"),
      unknown: number("frequency.unknown"),
      excluded: number("frequency.excluded"),
    },
    distinctDays,
    reworked: number("reworked"),
  };
}

/** The counts of a day that is over for long enough, or has deployments that have not had time to fail. */
function judged({ counts, from }: Day, { judgedTo }: Span): Readonly<Record<string, number>> {
  if (from < judgedTo) return counts;
  const name = (part: (typeof evidenceParts)["changeFailRate"][number]) => `changeFailRate.${part}`;
  return {
    ...counts,
    [name("deployments")]: 0,
    [name("confirmed")]: 0,
    [name("suggested")]: 0,
    [name("maturing")]: counts[name("deployments")] ?? 0,
  };
}

/** How many deployments of a day count for frequency. */
export const frequencyOf = ({ counts }: Day): number => counts.counting ?? 0;

/** When the oldest suggestion was seen that nobody has judged, of those that widen the change fail rate. */
export function oldestUnreviewed(days: readonly Day[], span: Span): Date | null {
  const all = daysIn(days, { from: span.from, to: span.judgedTo }).flatMap(
    (day) => day.oldestSuggestedAt ?? [],
  );
  return all.reduce<Date | null>((oldest, at) => (oldest && oldest <= at ? oldest : at), null);
}
