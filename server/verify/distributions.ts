import { changesIn, failedIn, repairSeconds, type ServiceCounted } from "./count-span.ts";
import type { Question } from "./window.ts";

const [minute, hour, day] = [60, 3600, 86_400];
const bounds = [
  ...[
    0,
    15 * minute,
    hour,
    3 * hour,
    8 * hour,
    day,
    3 * day,
    7 * day,
    14 * day,
    30 * day,
    91 * day,
    183 * day,
  ],
];

/** How the values behind the two medians are spread. */
export function distributionsOf(all: ServiceCounted, question: Question) {
  const { now } = question;
  const leads = changesIn(all, now, question)
    .flat()
    .map(({ leadSeconds }) => leadSeconds);
  const repairs = failedIn(all, now, question).flatMap(({ at, recoveredAt }) =>
    recoveredAt !== null && recoveredAt < now.to ? [repairSeconds(at, recoveredAt)] : [],
  );
  const spread = (values: readonly number[]) =>
    bounds.map((from, index) => {
      const to = bounds[index + 1] ?? null;
      return { from, to, count: values.filter((one) => one >= from && (to === null || one < to)).length };
    });
  return {
    leadTime: { n: leads.length, buckets: spread(leads) },
    recovery: { n: repairs.length, buckets: spread(repairs) },
  };
}
